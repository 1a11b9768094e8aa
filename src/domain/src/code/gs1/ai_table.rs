//! The application identifiers that GS1 gave a meaning, and what their values may be.
//!
//! Held against the GS1 Syntax Dictionary, release 2026-01-27: every identifier of it is here, and none is narrower here
//! than there (but for `#` in 8010, which no medicine bears). Wider are the measures and amounts, of which GS1 gave only
//! some a meaning, and structured values such as N13+X..17, which are held by their length only. A row too many makes lots
//! doubtful too often; a row that is missing could make one believed that hides such an element.

use super::ai::Content;

/// First and last identifier, number of digits of the identifier, shortest and longest value, content.
pub(super) type Row = (u16, u16, u8, usize, usize, Content);

/// What is assigned.
#[rustfmt::skip]
pub(super) const ASSIGNED: &[Row] = {
    use Content::{Digits, Text};
    &[
        (0, 0, 2, 18, 18, Digits),        // SSCC
        (1, 3, 2, 14, 14, Digits),        // GTIN, contained GTIN, made-to-order GTIN
        (10, 10, 2, 1, 20, Text),         // lot
        (11, 13, 2, 6, 6, Digits),        // production, due, packaging date
        (15, 17, 2, 6, 6, Digits),        // best before, sell by, expiry
        (20, 20, 2, 2, 2, Digits),        // variant
        (21, 22, 2, 1, 20, Text),         // serial, consumer product variant
        (235, 235, 3, 1, 28, Text),       // third party's serial
        (240, 241, 3, 1, 30, Text),       // additional id, customer's part
        (242, 242, 3, 1, 6, Digits),      // made-to-order variation
        (243, 243, 3, 1, 20, Text),       // packaging component
        (250, 251, 3, 1, 30, Text),       // secondary serial, reference to source
        (253, 253, 3, 13, 30, Text),      // document type
        (254, 254, 3, 1, 20, Text),       // GLN extension
        (255, 255, 3, 13, 25, Digits),    // coupon
        (30, 30, 2, 1, 8, Digits),        // quantity
        (3100, 3699, 4, 6, 6, Digits),    // measures
        (37, 37, 2, 1, 8, Digits),        // number of contained items
        (3900, 3909, 4, 1, 15, Digits),   // amounts
        (3910, 3919, 4, 4, 18, Digits),
        (3920, 3929, 4, 1, 15, Digits),
        (3930, 3939, 4, 4, 18, Digits),
        (3940, 3949, 4, 4, 4, Digits),
        (3950, 3959, 4, 6, 6, Digits),
        (400, 401, 3, 1, 30, Text),       // order, consignment
        (402, 402, 3, 17, 17, Digits),
        (403, 403, 3, 1, 30, Text),
        (410, 417, 3, 13, 13, Digits),    // places
        (420, 420, 3, 1, 20, Text),       // ship to
        (421, 421, 3, 4, 12, Text),
        (422, 422, 3, 3, 3, Digits),      // countries
        (423, 423, 3, 3, 15, Digits),
        (424, 424, 3, 3, 3, Digits),
        (425, 425, 3, 3, 15, Digits),
        (426, 426, 3, 3, 3, Digits),
        (427, 427, 3, 1, 3, Text),
        (4300, 4301, 4, 1, 35, Text),     // transport: to whom, where, how
        (4302, 4306, 4, 1, 70, Text),
        (4307, 4307, 4, 2, 2, Text),
        (4308, 4308, 4, 1, 30, Text),
        (4309, 4309, 4, 20, 20, Digits),
        (4310, 4311, 4, 1, 35, Text),
        (4312, 4316, 4, 1, 70, Text),
        (4317, 4317, 4, 2, 2, Text),
        (4318, 4318, 4, 1, 20, Text),
        (4319, 4319, 4, 1, 30, Text),
        (4320, 4320, 4, 1, 35, Text),
        (4321, 4323, 4, 1, 1, Digits),
        (4324, 4325, 4, 10, 10, Digits),
        (4326, 4326, 4, 6, 6, Digits),
        (4330, 4333, 4, 6, 7, Text),
        (7001, 7001, 4, 13, 13, Digits),
        (7002, 7002, 4, 1, 30, Text),
        (7003, 7003, 4, 10, 10, Digits),  // expiry with time
        (7004, 7004, 4, 1, 4, Digits),
        (7005, 7005, 4, 1, 12, Text),
        (7006, 7006, 4, 6, 6, Digits),
        (7007, 7007, 4, 6, 12, Digits),
        (7008, 7008, 4, 1, 3, Text),
        (7009, 7009, 4, 1, 10, Text),
        (7010, 7010, 4, 1, 2, Text),
        (7011, 7011, 4, 6, 10, Digits),
        (7020, 7022, 4, 1, 20, Text),
        (7023, 7023, 4, 1, 30, Text),
        (7030, 7039, 4, 4, 30, Text),
        (7040, 7040, 4, 4, 4, Text),
        (7041, 7041, 4, 1, 4, Text),
        (710, 717, 3, 1, 20, Text),       // national reimbursement numbers
        (7230, 7239, 4, 3, 30, Text),
        (7240, 7240, 4, 1, 20, Text),
        (7241, 7241, 4, 2, 2, Digits),
        (7242, 7242, 4, 1, 25, Text),
        (7250, 7250, 4, 8, 8, Digits),    // a person: birth, sex, names
        (7251, 7251, 4, 12, 12, Digits),
        (7252, 7252, 4, 1, 1, Digits),
        (7253, 7254, 4, 1, 40, Text),
        (7255, 7255, 4, 1, 10, Text),
        (7256, 7256, 4, 1, 90, Text),
        (7257, 7257, 4, 1, 70, Text),
        (7258, 7258, 4, 3, 3, Text),
        (7259, 7259, 4, 1, 40, Text),
        (8001, 8001, 4, 14, 14, Digits),
        (8002, 8002, 4, 1, 20, Text),
        (8003, 8003, 4, 14, 30, Text),
        (8004, 8004, 4, 1, 30, Text),
        (8005, 8005, 4, 6, 6, Digits),
        (8006, 8006, 4, 18, 18, Digits),
        (8007, 8007, 4, 1, 34, Text),
        (8008, 8008, 4, 8, 12, Digits),
        (8009, 8009, 4, 1, 50, Text),
        (8010, 8010, 4, 1, 30, Text),
        (8011, 8011, 4, 1, 12, Digits),
        (8012, 8012, 4, 1, 20, Text),
        (8013, 8014, 4, 1, 25, Text),
        (8017, 8018, 4, 18, 18, Digits),
        (8019, 8019, 4, 1, 10, Digits),
        (8020, 8020, 4, 1, 25, Text),
        (8026, 8026, 4, 18, 18, Digits),
        (8030, 8030, 4, 1, 90, Text),
        (8040, 8041, 4, 15, 15, Digits),
        (8042, 8042, 4, 32, 32, Digits),
        (8043, 8043, 4, 18, 20, Digits),
        (8110, 8110, 4, 1, 70, Text),
        (8111, 8111, 4, 4, 4, Digits),
        (8112, 8112, 4, 1, 70, Text),
        (8200, 8200, 4, 1, 70, Text),
        (90, 90, 2, 1, 30, Text),         // agreed between partners
        (91, 99, 2, 1, 90, Text),         // a company's own
    ]
};
