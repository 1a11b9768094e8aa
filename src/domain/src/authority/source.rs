//! The sentences and decisions that the table's cells follow. Manuals: 000 booking at medical institutions, 003 V-SYS,
//! 004 the booking system. Sentences are quoted word for word.

use super::Source::{self, OurDecision, Said};

const fn said(manual: &'static str, sentence: &'static str) -> Source {
    Said { manual, sentence }
}

// Roles.
pub(super) const ADMIN: Source = said(
    "004 ④",
    "「管理者」は自治体担当者やコールセンターが利用することを想定しており、全ての機能の利用権限を与えられています。",
);
pub(super) const CALLS: Source = said("004 ④", "その自治体全体の会場に対する予約や予約枠の登録が可能です。");
pub(super) const CALLS_RULES: Source =
    said("004 ④", "ただし、オーバーブッキングや接種間隔を無視したイレギュラー操作はできません。");
pub(super) const MANAGER: Source =
    said("004 ④", "自会場を予約した住民の操作は可能ですが、自会場以外の住民の検索や会場登録が出来ません。");
pub(super) const MANAGER_IRREGULAR: Source =
    said("004 ④", "会場責任者はオーバーブッキングや接種間隔を無視した予約が可能である");
pub(super) const STAFF: Source =
    said("004 ④", "「会場一般」は会場接種受付や接種実績登録を行う担当者が利用する権限です。");
pub(super) const STAFF_RULES: Source =
    said("004 ④", "会場一般権限ではイレギュラーな操作は出来ないように設定しています。");

// Pages of the booking system.
pub(super) const ADMIN_SLOTS: Source = said("004 ⑦", "自治体担当者など「管理者アカウント」はすべての会場の予約枠");
pub(super) const VENUE_SLOTS: Source = said("004 ⑦", "特定会場のみを管理する「会場アカウント」は自会場の予約枠");
pub(super) const ADMIN_OVERBOOKS: Source = said(
    "004 ⑦",
    "「管理者権限」が付与されているアカウントは、設定していた予約数を超えての予約も可能なので、2人が同時に予約した場合でも問題ありません。",
);
pub(super) const HIDDEN_SLOTS: Source =
    said("004 ⑦", "「非公開」枠は、未確定の予約枠の下書きや電話予約専用の枠として利用することが出来ます。");
pub(super) const SEARCH: Source = said(
    "004 ⑮",
    "コールセンターに電話があった際にその人の情報を確認する時や、接種会場の受付で予約が確認できなかった住民のステータス確認を行う際など、住民の情報を知りたい際に広く利用できる画面です。",
);
pub(super) const CALLS_BOOK: Source =
    said("004 ⑯", "「予約」画面は、住民から電話を受けて予約を代行するコールセンターのオペレーターが利用します。");
pub(super) const CALLS_RESIDENTS: Source =
    said("004 ⑯", "「次に進む」ボタンを押すと、前述の「⑬住民情報登録」ページに進みます。");
pub(super) const SPECIAL_ONLY: Source =
    said("004 ⑰-1", "管理者特別権限は管理者のみ利用可能で、全てのイレギュラー操作が可能になります。");
pub(super) const SPECIAL_INTERVAL: Source =
    said("004 ⑰-1", "接種間隔が規定日数未満の場合は、「管理者特別権限」モードでのみ予約できます。");
pub(super) const BULK: Source =
    said("004 ⑰-2", "通常、予約は個別的に行いますが、管理者権限でのみ、複数の予約を一括して行うことができます。");
pub(super) const DOOR_BOOKS: Source = said("004 ⑱", "・予約をしていない→予約をしてもらうか、満席であれば後日");
pub(super) const DESK: Source = said(
    "004 ⑱",
    "「受付」画面は、接種会場で入場時に予約確認を行う『受付係』と、接種実績を登録する『接種済証発行係』が利用します。",
);

// The other manuals.
pub(super) const LOGIN: Source = said("000 (1)", "職員コードとパスワードを入力し、「ログイン」をクリックします。");
pub(super) const INSTITUTION_REBOOKS: Source =
    said("000", "新型コロナワクチン日程変更を医療機関で受け付けていただく場合のマニュアル");
pub(super) const INSTITUTION_REPORTS: Source = said(
    "003 はじめに",
    "本マニュアルでは、基本型接種施設とサテライト型接種施設が V-SYSで実施する手順を説明しています。",
);

// Our decisions: what venues do.
pub(super) const NOT_THERE: Source =
    OurDecision("The call centre is not at the venue and can't see what happens there.");
pub(super) const LESS_THAN_MANAGER: Source =
    OurDecision("会場一般 may not do more than 会場責任者, who may not do this.");
pub(super) const SEES_OWN: Source = OurDecision("Reception can't work without it, and it changes nothing.");
pub(super) const DOOR_WORK: Source = OurDecision("Part of reception; it is in the record, and no rule is bent.");
pub(super) const REPRINT: Source = OurDecision("The copy says that it is a further one, and the record counts them.");
pub(super) const PAPER: Source =
    OurDecision("After a power cut everybody at the venue types; a second person compares, never the one who typed.");
pub(super) const OWN_MISTAKE: Source =
    OurDecision("Whoever pressed the wrong button must be able to put it right at once; nothing is overwritten.");
pub(super) const MANAGER_WORK: Source =
    OurDecision("It concerns many people or the whole day at the venue, so the venue's manager answers for it.");
pub(super) const NOT_STAFF: Source =
    OurDecision("It concerns many people, money or other people's entries: not for part-timers.");
pub(super) const TWO_RECORDS: Source = OurDecision("It changes the records of two people: not for part-timers.");
pub(super) const REVIEWS: Source =
    OurDecision("The manager knows what happened at the venue and decides with a reason; part-timers do not.");
pub(super) const URGENT: Source = OurDecision(
    "A dose given twice or too early may concern two venues, and the municipality answers for it. The manager may go on with the person meanwhile.",
);
pub(super) const EVERYBODY: Source = OurDecision("It touches no real person's data.");

// Our decisions: exceptions.
pub(super) const DOOR_SETTLES: Source =
    OurDecision("A question of fact that whoever faces the person can answer, with a reason; no rule is bent.");
pub(super) const DOOR_MANAGER: Source =
    OurDecision("Irregular, and it can't wait while the person stands there: the manager decides, with a reason.");
pub(super) const DOOR_ADMIN: Source =
    OurDecision("What the manager may do at one venue, 管理者 may do at all of them without the special mode.");
pub(super) const NOT_MANAGER: Source =
    OurDecision("004 ④ gives 会場責任者 only overbooking and intervals; every other irregular operation is 管理者's.");
pub(super) const LATER_INTERVAL: Source =
    OurDecision("004 ④ allows it by \"intervals\", 004 ⑰-1 forbids it by \"only\". The stricter and later page wins.");
pub(super) const MUST_RECORD: Source =
    OurDecision("What was given must be recordable at the venue, whatever the verdict says.");

// Our decisions: set-up and data.
pub(super) const HIDDEN_STAFF: Source =
    OurDecision("A hidden slot may be a draft; part-timers can't know whether it counts.");
pub(super) const CALLS_SLOTS: Source =
    OurDecision("Whoever may register slots everywhere (004 ④) sets their states as well.");
pub(super) const NO_SLOTS: Source =
    OurDecision("004 ⑦ speaks of 会場アカウント; 004 ④ leaves 会場一般 only reception and outcomes.");
pub(super) const OFFICE: Source = OurDecision("It holds for the whole municipality, so its office does it.");
pub(super) const CALLS_OFFICE: Source =
    OurDecision("004 ④ gives the call centre bookings and slots; what they rest on stays with the office.");
pub(super) const REGISTRANTS: Source =
    OurDecision("Addresses and telephones stay at the centre; a venue has no copy of them.");
pub(super) const CALLS_REGISTRANTS: Source =
    OurDecision("Manual 000 shows these buttons to a user of the call centre.");
pub(super) const DOOR_REGISTERS: Source =
    OurDecision("Before the first booking the person must be registered (004 ⑬), also at the door.");
pub(super) const NOT_DATA: Source = OurDecision("Names and birth dates are changed by people who answer for them.");
pub(super) const LOTS_ARRIVE: Source = OurDecision("Doctors and lots arrive at the venue in the morning.");
pub(super) const OWN_FILES: Source = OurDecision(
    "The manager has the venue's data and nothing else: rows and files that belong to another venue or to none are refused.",
);
pub(super) const NOT_CALLS_DATA: Source =
    OurDecision("The call centre needs people one by one, not files of all of them.");
pub(super) const COURIER: Source =
    OurDecision("Without a line somebody must carry the records; the manager answers for the stick.");
pub(super) const SIGN_IN: Source =
    OurDecision("At a kiosk of another venue a venue's account has nothing to do, so it does not open there.");
