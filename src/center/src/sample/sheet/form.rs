//! The form: what stands where. All measures are dots at 300 dpi.

use image::GrayImage;
use uketsuke_domain::code::StickerDigits;

use super::canvas::{Area, BLACK, Canvas, WHITE};
use super::{Sheet, SheetError};
use crate::sample::code18;

/// A5 lying: 210 mm × 148 mm.
const WIDTH: u32 = 2480;
const HEIGHT: u32 = 1748;
const MARGIN: u32 = 90;
const GAP: u32 = 40;
const STICKER: (u32, u32) = ((WIDTH - 2 * MARGIN - GAP) / 2, 500);
const STICKERS_TOP: u32 = 610;

/// Behind labels.
const PALE: u8 = 228;
/// The large word 見本 beside the text.
const FAINT: u8 = 214;
const GREY: u8 = 90;

pub(super) fn draw(sheet: &Sheet) -> Result<GrayImage, SheetError> {
    let mut canvas = Canvas::new(WIDTH, HEIGHT)?;
    head(&mut canvas, sheet);
    let stickers = [
        (0, 0, sheet.kinds.dose, 1),
        (0, 1, sheet.kinds.dose, 2),
        (1, 0, sheet.kinds.prescreen, 1),
        (1, 1, sheet.kinds.prescreen, 2),
    ];
    for (column, row, kind, dose) in stickers {
        let corner = (MARGIN + column * (STICKER.0 + GAP), STICKERS_TOP + row * (STICKER.1 + GAP));
        let title = if column == 0 { "接種" } else { "予診のみ" };
        sticker(&mut canvas, sheet, corner, title, StickerDigits { kind, dose })?;
    }
    Ok(canvas.into_image())
}

fn head(canvas: &mut Canvas, sheet: &Sheet) {
    canvas.text(MARGIN, MARGIN - 10, 92, "新型コロナワクチン接種券（見本）", BLACK);
    let stamp = Area { x: WIDTH - MARGIN - 300, y: MARGIN - 20, width: 300, height: 130 };
    canvas.frame(stamp, 8);
    canvas.centred(stamp, 92, "見 本", BLACK);
    let issuer = format!("{}（{}）", sheet.issuer, sheet.voucher.municipality);
    let birth = sheet.birth.map(|day| day.0.strftime("%Y年%-m月%-d日").to_string()).unwrap_or_default();
    let name = sheet.name.clone().unwrap_or_default();
    let number = sheet.voucher.number.as_str();
    let cells = [("請求先", issuer.as_str()), ("券番号", number), ("氏名", &name), ("生年月日", &birth)];
    let width = (WIDTH - 2 * MARGIN) / 2 - 2;
    for (index, (label, value)) in (0..).zip(cells) {
        let corner = (MARGIN + index % 2 * width, 232 + index / 2 * 116);
        field(canvas, Area { x: corner.0, y: corner.1, width: width + 4, height: 120 }, label, value);
    }
    let notes = [
        "・この券は見本です。実際の接種には使えません。",
        "・シールははがさずに、この用紙のまま会場へお持ちください。",
    ];
    for (index, note) in (0..).zip(notes) {
        canvas.text(MARGIN, 492 + index * 50, 36, note, GREY);
    }
}

/// A labelled cell of the head.
fn field(canvas: &mut Canvas, area: Area, label: &str, value: &str) {
    let label_area = Area { width: 260, ..area };
    canvas.fill(label_area, PALE);
    canvas.centred(label_area, 44, label, BLACK);
    let mut size = 60;
    while size > 24 && canvas.width_of(value, size) > area.width - 320 {
        size -= 4;
    }
    canvas.text(area.x + 295, area.y + (area.height - size) / 2, size, value, BLACK);
    canvas.frame(area, 4);
    canvas.frame(label_area, 4);
}

fn sticker(
    canvas: &mut Canvas,
    sheet: &Sheet,
    (x, y): (u32, u32),
    title: &str,
    digits: StickerDigits,
) -> Result<(), SheetError> {
    let (width, height) = STICKER;
    let code = code18(&sheet.voucher, digits);
    canvas.centred(Area { x: x + 480, y: y + 110, width: 310, height: 170 }, 120, "見本", FAINT);
    canvas.fill(Area { x, y, width, height: 96 }, if title == "接種" { PALE } else { WHITE });
    canvas.centred(Area { x, y, width: 230, height: 96 }, 58, &format!("{}回目", digits.dose), BLACK);
    canvas.text(x + 260, y + 20, 56, title, BLACK);
    canvas.text(x + 560, y + 30, 36, &format!("券種 {}　回数 {}", digits.kind, digits.dose), BLACK);
    let mark = Area { x: x + width - 160, y: y + 14, width: 140, height: 68 };
    canvas.fill(mark, WHITE);
    canvas.frame(mark, 4);
    canvas.centred(mark, 46, "見本", BLACK);
    canvas.frame(Area { x, y, width, height: 96 }, 4);
    canvas.frame(Area { x, y, width: 230, height: 96 }, 4);
    canvas.frame(Area { x, y, width, height }, 4);

    let issuer = format!("請求先　{}　{}", sheet.voucher.municipality, sheet.issuer);
    canvas.text(x + 40, y + 120, 38, &issuer, BLACK);
    canvas.text(x + 40, y + 174, 38, &format!("券番号　{}", sheet.voucher.number), BLACK);
    canvas.text(x + 40, y + 228, 38, &format!("氏　名　{}", sheet.name.as_deref().unwrap_or_default()), BLACK);
    // 3 dots are 0.254 mm, as narrow as the form's bars; 66 dots would be its 5.6 mm, a little more reads better.
    canvas.bars(x + 15, y + 300, 3, 90, sheet.voucher.number.as_str());
    // 10 characters an inch: the pitch of an OCR line.
    canvas.pitched(x + 40, y + 424, 42, 30, &code);
    canvas.qr(x + width - 330, y + 130, 10, &code)?;
    canvas.text(x + width - 250, y + 432, 30, "VRS入力用", GREY);
    Ok(())
}
