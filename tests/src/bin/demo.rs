//! `make demo`: the day with a lost line and a power cut, with pictures, and one line at its end.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use uketsuke_tests::story;

/// Plays one day with two kiosks and a centre.
#[derive(Debug, Parser)]
struct Cli {
    /// Where pictures and logs go.
    #[arg(long, default_value = "target/demo")]
    out: PathBuf,
    /// Residents of the made-up municipality.
    #[arg(long, default_value_t = 5000)]
    residents: usize,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line answers on its standard streams")]
fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.out.exists()
        && let Err(why) = std::fs::remove_dir_all(&cli.out)
    {
        eprintln!("{}: {why}", cli.out.display());
        return ExitCode::FAILURE;
    }
    match story::play(&cli.out, cli.residents, &mut |text| println!("{text}")) {
        Ok(outcome) => {
            println!("画面の画像: {}/*.png", cli.out.display());
            for review in &outcome.reviews {
                println!("要確認: {review}");
            }
            println!("{outcome}");
            let good = outcome.lost == 0 && outcome.agreement.is_whole();
            if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(why) => {
            eprintln!("demo: {why:#}");
            ExitCode::FAILURE
        }
    }
}
