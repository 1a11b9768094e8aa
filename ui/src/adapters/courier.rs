//! データ運搬.

use slint::ComponentHandle;
use uketsuke_domain::screen::{
    Bundle as DomainBundle, BundlesScreen, Carried, CourierRun, CourierScreen, CourierTrouble as DomainTrouble,
    CourierWay as DomainWay, Stick as DomainStick, SticksScreen,
};

use super::Setting;
use super::convert::{
    map_bytes_to_size, map_count_to_groups, map_count_to_int, map_count_to_percent, map_moment, model,
};
use crate::generated::{
    Bundle, CourierAdapter, CourierDone, CourierStep, CourierTrouble, CourierWay, MainWindow, ScreenKind, Stick,
};

pub(super) fn show(ui: &MainWindow, screen: &CourierScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<CourierAdapter>();
    let step = match screen {
        CourierScreen::Sticks(screen) => show_sticks(&adapter, screen),
        CourierScreen::Bundles(screen) => show_bundles(&adapter, screen, setting),
        CourierScreen::Running(run) => {
            show_run(&adapter, run);
            CourierStep::Running
        }
        CourierScreen::Done { run, carried } => {
            show_run(&adapter, run);
            show_carried(&adapter, carried);
            CourierStep::Done
        }
        CourierScreen::Failed { run, trouble } => {
            show_run(&adapter, run);
            adapter.set_trouble(map_trouble(*trouble));
            CourierStep::Failed
        }
    };
    adapter.set_step(step);
    ScreenKind::Courier
}

fn show_sticks(adapter: &CourierAdapter<'_>, screen: &SticksScreen) -> CourierStep {
    adapter.set_looked(screen.sticks.is_some());
    adapter.set_sticks(model(screen.sticks.iter().flatten().map(map_stick)));
    adapter.set_chosen(screen.chosen.map_or(-1, map_count_to_int));
    adapter.set_can_write(screen.can_write);
    adapter.set_can_read(screen.can_read);
    CourierStep::Sticks
}

fn show_bundles(adapter: &CourierAdapter<'_>, screen: &BundlesScreen, setting: Setting) -> CourierStep {
    adapter.set_stick(screen.stick.name.as_str().into());
    adapter.set_listed(screen.bundles.is_some());
    adapter.set_bundles(model(screen.bundles.iter().flatten().map(|bundle| map_bundle(bundle, setting))));
    adapter.set_chosen(map_count_to_int(screen.chosen));
    CourierStep::Bundles
}

#[expect(clippy::cast_precision_loss, reason = "a bar is a few hundred pixels long")]
fn show_run(adapter: &CourierAdapter<'_>, run: &CourierRun) {
    adapter.set_way(match run.way {
        DomainWay::Out => CourierWay::Outward,
        DomainWay::In => CourierWay::Inward,
    });
    adapter.set_stick(run.stick.as_str().into());
    adapter.set_counted(run.total > 0);
    adapter.set_share(if run.total > 0 { run.done as f32 / run.total as f32 } else { 0.0 });
    adapter.set_percent(map_count_to_percent(run.done, run.total));
    adapter.set_done(map_count_to_groups(run.done).into());
    adapter.set_total(map_count_to_groups(run.total).into());
}

fn show_carried(adapter: &CourierAdapter<'_>, carried: &Carried) {
    let (end, file, entries, added) = match carried {
        Carried::Written { file, entries } => (CourierDone::Written, file.as_str(), *entries, 0),
        Carried::NothingToWrite => (CourierDone::Nothing, "", 0, 0),
        Carried::TakenIn { file, entries, added, gaps, .. } => {
            let end = if *gaps { CourierDone::TakenInPart } else { CourierDone::TakenIn };
            (end, file.as_str(), *entries, *added)
        }
    };
    adapter.set_end(end);
    adapter.set_file(file.into());
    adapter.set_entries(map_count_to_groups(entries).into());
    adapter.set_added(map_count_to_groups(added).into());
    adapter.set_news(added > 0);
}

fn map_stick(stick: &DomainStick) -> Stick {
    Stick { name: stick.name.as_str().into(), free: map_bytes_to_size(stick.free).into(), writable: stick.writable }
}

fn map_bundle(bundle: &DomainBundle, setting: Setting) -> Bundle {
    Bundle {
        file: bundle.file.as_str().into(),
        size: map_bytes_to_size(bundle.bytes).into(),
        made: map_moment(bundle.made_at, setting.now),
        from: bundle.from.as_deref().unwrap_or_default().into(),
        entries: map_count_to_groups(bundle.entries).into(),
    }
}

fn map_trouble(trouble: DomainTrouble) -> CourierTrouble {
    match trouble {
        DomainTrouble::StickGone => CourierTrouble::StickGone,
        DomainTrouble::StickFull => CourierTrouble::StickFull,
        DomainTrouble::StickReadOnly => CourierTrouble::StickReadOnly,
        DomainTrouble::NotForUs => CourierTrouble::NotForUs,
        DomainTrouble::Stranger => CourierTrouble::Stranger,
        DomainTrouble::Newer => CourierTrouble::Newer,
        DomainTrouble::Damaged => CourierTrouble::Damaged,
        DomainTrouble::OwnDisk => CourierTrouble::OwnDisk,
        DomainTrouble::Stopped => CourierTrouble::Stopped,
    }
}
