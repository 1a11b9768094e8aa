//! Why a row or a file did not go in, in words that a clerk can act on.

use std::fmt;

/// Why a row was refused. `Display` is the Japanese sentence that the clerk reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A column that must not be empty is.
    #[error("空欄です。値を入力してください")]
    Empty,
    /// A spreadsheet turned a long number into exponent notation; the digits are lost.
    #[error(
        "指数表記になっています（{found}）。表計算ソフトで桁数の多い数字が変換されています。元の番号を入力してください"
    )]
    Exponent {
        /// The cell.
        found: String,
    },
    /// Something else than digits.
    #[error("数字ではありません（{found}）")]
    NotDigits {
        /// The cell.
        found: String,
    },
    /// Too few digits: most often a spreadsheet dropped the leading zeros. They are never put back silently.
    #[error("{found}桁しかありません（正しくは{expected}桁）。先頭の 0 が落ちていませんか")]
    LeadingZeros {
        /// How many digits the cell has.
        found: usize,
        /// How many it must have.
        expected: usize,
    },
    /// Too many digits.
    #[error("{found}桁あります（正しくは{expected}桁）")]
    Length {
        /// How many digits the cell has.
        found: usize,
        /// How many it must have.
        expected: usize,
    },
    /// A 自治体番号 whose last digit does not fit the first five.
    #[error("自治体番号の検査数字が合いません（末尾は {found} ですが、正しくは {expected}）")]
    CheckDigit {
        /// The digit in the cell.
        found: u8,
        /// The digit that the rule gives.
        expected: u8,
    },
    /// A day that no calendar has, or that is written in another form.
    #[error(
        "日付として読めません（{found}）。2021-03-22、2021/3/22、20210322、令和3年3月22日、R3.3.22 のいずれかで、暦にある日を入力してください"
    )]
    NoSuchDay {
        /// The cell.
        found: String,
    },
    /// A day of 和暦 that is in another era: a year counted on, or begun too early.
    #[error("この日は別の元号です（{found}）。正しくは {belongs} です")]
    OtherEra {
        /// The cell.
        found: String,
        /// How that day is written.
        belongs: String,
    },
    /// A date and time that can't be read.
    #[error("日時として読めません（{found}）。2021-03-22 10:05 の形で入力してください")]
    NoSuchTime {
        /// The cell.
        found: String,
    },
    /// A day before 1900 or after 2100: a slip of the keyboard.
    #[error("日付が範囲外です（{found}）。1900年から2100年までの日を入力してください")]
    DayOutOfRange {
        /// The cell.
        found: String,
    },
    /// Something that has happened, on a day that has not come.
    #[error("{found} はまだ来ていない日時です。接種した日時を入力してください")]
    InTheFuture {
        /// The day.
        found: String,
    },
    /// A number outside what the column can mean.
    #[error("{found} は範囲外です（{least}〜{most}）")]
    OutOfRange {
        /// The number in the cell.
        found: String,
        /// The least that is allowed.
        least: u32,
        /// The most that is allowed.
        most: u32,
    },
    /// A slot that ends before it starts.
    #[error("終了時刻が開始時刻より後ではありません")]
    EndsBeforeStart,
    /// A slot that nobody could book as it is meant.
    #[error("{0}")]
    Slot(&'static str),
    /// A value that is none of those allowed.
    #[error("「{found}」は使えません。使える値: {allowed}")]
    UnknownValue {
        /// The cell.
        found: String,
        /// The values allowed, joined by 「、」.
        allowed: String,
    },
    /// It names something that the centre does not have (a venue, a slot, a vaccine).
    #[error("「{found}」という{what}は登録されていません")]
    UnknownReference {
        /// What is missing, in Japanese (「会場」).
        what: &'static str,
        /// The cell.
        found: String,
    },
    /// A voucher that would take its own place.
    #[error("再発行前の番号が、この行の接種券番号と同じです")]
    SameNumber,
    /// A voucher that is to be deleted later: at the door it still holds.
    #[error("削除日がまだ来ていない日です（{found}）。その日になってから取り込んでください")]
    DeletedInTheFuture {
        /// The day.
        found: String,
    },
    /// A voucher that is valid and was deleted.
    #[error("状態が「有効」の行に削除日があります。どちらかを空にしてください")]
    ValidAndDeleted,
    /// The key of this row was already used.
    #[error("{line}行目と重複しています")]
    Duplicate {
        /// The line that has the key first.
        line: u64,
    },
    /// Too many characters.
    #[error("{found}文字あります（{most}文字まで）")]
    TooLong {
        /// How many characters the cell has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// A ロット番号 holds something else than letters, digits and hyphens.
    #[error("ロット番号に使えない文字があります（{found}）。英数字とハイフンだけが使えます")]
    NotALot {
        /// The cell.
        found: String,
    },
    /// A key is not the expected number of hexadecimal digits.
    #[error("16進数{expected}桁ではありません（{found}文字）")]
    NotHexadecimal {
        /// How many characters the cell has.
        found: usize,
        /// How many hexadecimal digits it must have.
        expected: usize,
    },
    /// The file's encoding has no such character.
    #[error("文字「{character}」（U+{code:04X}）はこの文字コードで表せません", code = u32::from(*character))]
    Unmappable {
        /// The character.
        character: char,
    },
    /// The bytes are no text in the file's encoding.
    #[error("文字化けしています（文字コードとして正しくないデータがあります）")]
    Garbled,
    /// A control character: invisible, and harmful further on.
    #[error("制御文字（U+{code:04X}）が入っています", code = u32::from(*character))]
    Control {
        /// The character.
        character: char,
    },
    /// More cells than the header has columns.
    #[error("見出しより列が多くあります（{found}列、見出しは{expected}列）。値の中のカンマは \" で囲んでください")]
    TooManyCells {
        /// How many cells.
        found: usize,
        /// How many columns.
        expected: usize,
    },
    /// A quotation mark is not closed, or stands where it can't.
    #[error("引用符（\"）の対応が正しくありません")]
    Quotes,
}

/// One refused row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line as a text editor counts it: the header is line 1.
    pub line: u64,
    /// The column's header; empty when the row as a whole is meant.
    pub column: String,
    /// Why.
    pub reason: Refusal,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = if self.column.is_empty() { "行全体" } else { &self.column };
        write!(f, "{}行目［{column}］{}", self.line, self.reason)
    }
}

/// Why a file as a whole was refused: nothing of it went in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    /// More than [`super::MOST_BYTES`].
    #[error("ファイルが大きすぎます（{bytes}バイト、{most}バイトまで）", most = super::MOST_BYTES)]
    TooLarge {
        /// The file's size.
        bytes: usize,
    },
    /// No header line.
    #[error("ファイルが空です。1行目に見出しが必要です")]
    Empty,
    /// UTF-16: a spreadsheet's "Unicode text".
    #[error("UTF-16 のファイルは読めません。「CSV UTF-8」または「CSV」で保存し直してください")]
    Utf16,
    /// The header line is no text or has open quotation marks.
    #[error("見出し（1行目）が読めません")]
    Header,
    /// Required columns are missing.
    #[error("必要な列がありません: {}。ファイルにある列: {}", missing.join("、"), found.join("、"))]
    MissingColumns {
        /// The required columns that the header lacks.
        missing: Vec<String>,
        /// The columns that it has.
        found: Vec<String>,
    },
    /// One column stands twice: which one counts can't be known.
    #[error("列「{name}」が2つ以上あります")]
    RepeatedColumn {
        /// The column.
        name: String,
    },
}
