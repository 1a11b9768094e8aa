//! The operations of the product, as the manuals and the screens name them.

use super::operation::operations;

operations! {
    Reception {
        /// Read a voucher at the door or the desk, and see the person who is booked or was checked in at this venue.
        LookUpAtVenue "look-up-at-venue" "自会場の来場者・予約者の照会",
        /// 住民検索: search by kana, telephone or number among people who are not booked at the venue.
        LookUpAnyone "look-up-anyone" "自会場以外の住民の検索",
        /// 受付.
        CheckIn "check-in" "受付",
        /// 接種済み or 予診のみ of a person whose verdict is in order.
        RecordOutcome "record-outcome" "接種実績の登録（接種済み・予診のみ）",
        /// 帰宅（未接種）.
        RecordLeft "record-left" "帰宅（未接種）の記録",
        /// The first courtesy copy of a 接種済証.
        PrintCertificate "print-certificate" "接種済証（控え）の印刷",
        /// A further copy, which says that it is one.
        ReprintCertificate "reprint-certificate" "接種済証（控え）の再印刷",
        /// What was written by hand while the power was out.
        EnterFromPaper "enter-from-paper" "紙からの入力",
        /// The second person who compares the entry with the paper.
        ConfirmPaper "confirm-paper" "紙からの入力の確認（二人目）",
        /// Put one outcome right, with a reason.
        CorrectOutcome "correct-outcome" "接種実績の訂正",
        /// 接種実績一覧: see a day's results by slot, state, vaccine, doctor, lot.
        ViewResults "view-results" "接種実績一覧の閲覧",
        /// 接種実績一覧の一括変更: state, doctor, lot, 接種回数 of several people.
        ChangeResultsInBulk "change-results-in-bulk" "接種実績の一括変更",
        /// キャンセル（来場なし）.
        MarkNoShow "mark-no-show" "キャンセル（来場なし）の登録",
        /// Move a fact from the record of the wrong person to the right one's.
        RefileFact "refile-fact" "取り違えた記録の移動",
        /// 要確認, apart from the urgent ones.
        DecideReview "decide-review" "要確認の判断",
        /// 要確認 of the urgent kind: a dose given twice or too early.
        DecideUrgentReview "decide-urgent-review" "緊急の要確認の判断",
        /// Which doctor and lot at which booth.
        SetBoard "set-board" "ブースの医師・ロットの設定",
        /// The morning's list.
        OpenDay "open-day" "開場",
        /// The evening's balance, and the 日計表.
        CloseDay "close-day" "締めと日計表の印刷",
        /// 会場の様子: arrivals, waiting, doses, lots.
        ViewDashboard "view-dashboard" "会場の様子の閲覧",
        /// The list of people of a slot, on the screen or printed for the power cut and the fax.
        PrintBookedPeople "print-booked-people" "予約者一覧の閲覧・印刷",
        /// 自己点検.
        SelfTest "self-test" "自己点検",
        /// 練習モード.
        Practise "practise" "練習モード",
    }
    Door {
        /// A person without any booking, taken in without making one.
        AcceptWithoutBooking "accept-without-booking" "予約のない方の受付",
        /// A booking at this venue on another day.
        AcceptOtherDay "accept-other-day" "別の日の予約の受付",
        /// A booking at another venue.
        AcceptOtherVenue "accept-other-venue" "別の会場の予約の受付",
        /// A cancelled booking taken up again.
        ReinstateCancelled "reinstate-cancelled" "キャンセル済みの予約の復活",
        /// A visit that goes on after 予診のみ or 帰宅.
        ReopenVisit "reopen-visit" "予診のみ・帰宅の後の再開",
        /// Neither record nor card: what was given before is not known here.
        AcceptUnknownHistory "accept-unknown-history" "接種歴が手元にない方の受付",
        /// A voucher that the centre deleted.
        AcceptDeletedVoucher "accept-deleted-voucher" "削除された接種券の受付",
        /// A voucher that was reissued under another number.
        AcceptReplacedVoucher "accept-replaced-voucher" "再発行前の接種券の受付",
        /// A record whose review is open.
        AcceptOpenReview "accept-open-review" "要確認が残る方の受付",
        /// A record with facts of a newer version of this program.
        AcceptNewerFacts "accept-newer-facts" "新しい版の記録がある方の受付",
        /// Too early or too late on the booked day.
        AcceptOutsideHours "accept-outside-hours" "予約時刻より早い・遅い方の受付",
        /// An ambiguous number, the same name and birth date, a sticker or a birth date that does not fit.
        SettleIdentity "settle-identity" "ご本人の確認（番号の重なり、同姓同名、券の不一致）",
        /// A child's guardian is here, or the consent is.
        ConfirmGuardian "confirm-guardian" "保護者の同伴・同意の確認",
        /// Date and time while the clock is in doubt.
        ConfirmClock "confirm-clock" "日時の確認",
        /// An outcome in spite of a verdict: what was given must be recordable.
        RecordIrregularOutcome "record-irregular-outcome" "判定に反した接種実績の記録",
    }
    Bookings {
        /// Days, slots and places left.
        ViewSlots "view-slots" "会場・予約枠と空き状況の閲覧",
        /// 接種予約, also 当日枠 and セット予約枠.
        Book "book" "予約の登録",
        /// A booking in a slot that residents do not see.
        BookStaffOnlySlot "book-staff-only-slot" "非公開の予約枠の予約",
        /// 予約変更: cancel and book again in one step.
        Rebook "rebook" "予約の変更",
        /// 予約キャンセル.
        CancelBooking "cancel-booking" "予約のキャンセル",
        /// 一括予約: 通常一括予約 and データインポート用一括予約.
        BookInBulk "book-in-bulk" "一括予約",
    }
    Irregular {
        /// オーバーブッキング: more people than the slot has places.
        Overbook "overbook" "定員を超えた予約",
        /// A second dose before its interval is over.
        ShortenFirstInterval "shorten-first-interval" "1回目と2回目の接種間隔の短縮",
        /// A third or later dose before its interval is over.
        ShortenLaterInterval "shorten-later-interval" "3回目以降の接種間隔の短縮",
        /// Younger or older than the slot or the vaccine allows.
        IgnoreAge "ignore-age" "年齢制限から外れる予約・受付",
        /// A dose that the slot is not for.
        IgnoreDoseTarget "ignore-dose-target" "対象接種回数から外れる予約・受付",
        /// Another vaccine than the first dose's.
        MixVaccines "mix-vaccines" "1回目と異なるワクチンの予約・受付",
        /// A booking in a slot that was closed.
        BookClosedSlot "book-closed-slot" "受付停止の予約枠の予約",
        /// A booking for today in a slot without 当日枠設定.
        BookOnTheDay "book-on-the-day" "当日枠でない予約枠の当日予約",
    }
    SetUp {
        /// 接種会場の登録・編集・公開設定.
        RegisterVenue "register-venue" "接種会場の登録・編集",
        /// 接種予約枠の登録・編集.
        RegisterSlot "register-slot" "接種予約枠の登録・編集",
        /// 公開, 非公開, 受付停止.
        ChangeSlotState "change-slot-state" "公開・非公開・受付停止の変更",
        /// 当日枠設定: places left today may be booked today.
        ReleaseSameDay "release-same-day" "当日枠の開放",
        /// アカウント登録, 一覧, 詳細.
        RegisterAccount "register-account" "アカウントの登録・編集・一覧",
        /// 有効接種券の登録, 一覧.
        RegisterVoucher "register-voucher" "有効接種券の登録・一覧",
        /// The birth date of a voucher, which is also a resident's first password.
        ChangeBirthDate "change-birth-date" "接種券の生年月日の変更",
        /// A voucher deleted: moved away, or registered by mistake.
        DeleteVoucher "delete-voucher" "有効接種券の削除",
        /// A voucher barred from the booking site. At the door it is still good.
        BarFromSite "bar-from-site" "予約サイトの利用停止",
        /// A reissued voucher linked to the one before.
        ReplaceVoucher "replace-voucher" "接種券の再発行の登録",
        /// 利用者: the person who books, with address and telephone.
        RegisterRegistrant "register-registrant" "利用者の登録・変更",
        /// 退会 of a registrant, and taking a resident off the list of those booked for.
        WithdrawRegistrant "withdraw-registrant" "利用者の退会・予約対象者の削除",
        /// 住民情報登録.
        RegisterResident "register-resident" "住民情報（予約対象者）の登録",
        /// 住民情報の変更, メール受信設定.
        ChangeResident "change-resident" "住民情報（予約対象者）の変更",
        /// お知らせ: post, edit, publish.
        PostNotice "post-notice" "お知らせの投稿・編集",
        /// The municipality's settings, with this matrix's adjustable cells.
        ChangeSettings "change-settings" "自治体の設定の変更",
        /// Enrol and revoke devices, and release what a revoked one wrote honestly.
        ManageDevices "manage-devices" "端末の登録・失効",
        /// The venue's doctors and lots.
        ManageDoctorsAndLots "manage-doctors-and-lots" "医師・ロットの登録",
    }
    Data {
        /// 一括登録 from CSV: venues, accounts, slots, vouchers, residents.
        ImportCsv "import-csv" "CSVからの一括登録",
        /// 接種実績一覧の一括変更 by CSV.
        ImportResults "import-results" "接種実績のCSV一括登録",
        /// Results in the product's own layout.
        ExportResults "export-results" "接種実績の出力",
        /// The file for VRS (⑲).
        ExportForVrs "export-for-vrs" "VRS用CSVのダウンロード",
        /// VRSフォーマットチェッカー.
        CheckVrsFormat "check-vrs-format" "VRSフォーマットチェッカー",
        /// The figures for V-SYS: doses, waste.
        ReportToVSys "report-to-v-sys" "V-SYSに報告する数の集計",
        /// 請求総括書・市区町村別請求書.
        MakeInvoice "make-invoice" "請求総括書・市区町村別請求書の集計",
        /// 各種csvダウンロード.
        DownloadCsv "download-csv" "各種CSVのダウンロード",
        /// 操作ログ出力.
        DownloadOperationLog "download-operation-log" "操作ログの出力",
        /// Facts onto a USB stick, for another replica.
        CourierOut "courier-out" "USBでの記録の持ち出し",
        /// Facts from a USB stick.
        CourierIn "courier-in" "USBからの記録の取り込み",
        /// バックアップ.
        BackUp "back-up" "バックアップ",
        /// A database put back from a backup.
        Restore "restore" "バックアップからの復元",
        /// Personal data erased after its time.
        EraseRecords "erase-records" "保存期間を過ぎた記録の消去",
    }
    Authority {
        /// ログイン, and one's own PIN.
        SignIn "sign-in" "ログイン",
        /// Enter 管理者特別権限.
        UseSpecialAuthority "use-special-authority" "管理者特別権限の使用",
    }
}
