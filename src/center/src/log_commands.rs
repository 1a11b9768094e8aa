//! The command line's part that is about the log itself: devices, erasure, topics, bundles.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use uketsuke_center::centre::Centre;
use uketsuke_center::{clock, devices};
use uketsuke_domain::code::Voucher;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::time::Day;
use uketsuke_terminal::Bar;

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Writes a device's certificate: for one whose key came with devices.csv.
    Certificate {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// 端末名, or the beginning of its public key.
        #[arg(long)]
        device: String,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Takes a device's leave back: what the centre holds of it counts, and nothing beyond. Said again, it lets in what has
    /// come to the centre since.
    Revoke {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// 端末名, or the beginning of its public key.
        #[arg(long)]
        device: String,
        /// Why: 紛失, 盗難, 廃棄.
        #[arg(long)]
        because: String,
        /// Nobody waits for what it may still hold.
        #[arg(long)]
        lost: bool,
    },
    /// Erases a person's record everywhere. This can't be undone.
    Erase {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// 自治体番号-券番号.
        #[arg(long)]
        voucher: String,
    },
    /// Lets kiosks drop the records of people who have had no business at their venue for so many days.
    Retire {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// Days since the last booking or visit there.
        #[arg(long)]
        days: i32,
    },
    /// Closes a venue: nothing new is expected there.
    Close {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// 会場番号.
        #[arg(long)]
        venue: String,
    },
    /// Archives a closed venue, once every device has confirmed all of it: kiosks drop it.
    Archive {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// 会場番号.
        #[arg(long)]
        venue: String,
        /// The signed file of the ends of all chains.
        #[arg(long)]
        out: PathBuf,
    },
    /// Writes all that a kiosk is not known to hold into one sealed file: for a USB stick.
    BundleOut {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// 端末名 of the kiosk, or the beginning of its public key.
        #[arg(long)]
        to: String,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Takes in a file that a kiosk wrote for the centre.
    BundleIn {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// The file.
        file: PathBuf,
    },
}

impl LogCommand {
    #[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Certificate { dir, device, out } => {
                devices::certificate(&Centre::open(&dir)?, &device, &out)?;
                println!("{} に端末証明書を書き出しました", out.display());
            }
            Self::Revoke { dir, device, because, lost } => {
                let known = devices::revoke(&mut Centre::open(&dir)?, &device, &because, lost)?;
                println!("端末「{}」を失効しました（{because}）。ほかの端末には次の同期で届きます", known.device.name);
            }
            Self::Erase { dir, voucher } => {
                let voucher = Voucher::parse(&voucher).context("自治体番号-券番号 の形で指定してください")?;
                let erased = devices::erase(&mut Centre::open(&dir)?, &voucher)?;
                println!("記録 {erased} 件を消去しました。端末では次の同期で消去されます");
            }
            Self::Retire { dir, days } => {
                let today = Day(clock::now().day());
                let left = devices::retire(&mut Centre::open(&dir)?, days, today)?;
                println!("端末から外す記録：{left} 件（本部には残ります）");
            }
            Self::Close { dir, venue } => {
                let today = Day(clock::now().day());
                devices::close(&mut Centre::open(&dir)?, &VenueNumber(venue.clone()), today)?;
                println!("会場 {venue} を閉じました");
            }
            Self::Archive { dir, venue, out } => {
                let chains = devices::archive(&mut Centre::open(&dir)?, &VenueNumber(venue.clone()), &out)?;
                println!("会場 {venue} を保管しました（{chains} 系列、{}）", out.display());
            }
            Self::BundleOut { dir, to, out } => {
                let mut bar = Bar::new(&out.display().to_string());
                let done = devices::bundle_out(Centre::open(&dir)?, &to, &out, &mut |done, of| bar.show(done, of))?;
                drop(bar);
                println!("{}：{} 件を書き出しました", out.display(), done.entries);
            }
            Self::BundleIn { dir, file } => {
                let mut bar = Bar::new(&file.display().to_string());
                let done = devices::bundle_in(Centre::open(&dir)?, &file, &mut |done, of| bar.show(done, of))?;
                drop(bar);
                let from = done.from.as_deref().unwrap_or("本部");
                println!("端末「{from}」の {} 件のうち {} 件を新しく取り込みました", done.entries, done.added);
                if done.gaps > 0 {
                    println!("先に作られたファイルがまだ届いていないため、残りは取り込んでいません");
                    return Ok(ExitCode::from(2));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
