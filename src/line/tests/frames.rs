//! What goes over a line comes out as it went in, and nothing else does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{MAX_FRAME, key, limits, listener, local, pair, pair_with, public, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uketsuke_line::{Ending, Limits, Line, LineError, dial};

fn frame(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((seed * 31 + at * 7) % 251).unwrap()).collect()
}

#[tokio::test]
async fn frames_arrive_whole_and_in_order_in_both_directions_at_once() {
    let (one, other) = pair().await;
    let frames: Vec<Vec<u8>> = [0, 1, 5, 16_380, 16_384, 16_385, 60_000, MAX_FRAME, 0, 3]
        .into_iter()
        .enumerate()
        .map(|(n, l)| frame(n, l))
        .collect();
    let run = async |line: Line| {
        let (mut sending, mut receiving) = line.split();
        let send = async {
            for _ in 0..20 {
                sending.send(&frames).await.unwrap();
            }
        };
        let receive = async {
            for _ in 0..20 {
                for expected in &frames {
                    assert_eq!(receiving.recv().await.unwrap().as_ref(), Some(expected));
                }
            }
        };
        tokio::join!(send, receive);
        (sending, receiving)
    };
    soon(async { tokio::join!(run(one), run(other)) }).await;
}

#[tokio::test]
async fn a_frame_over_the_limit_is_not_sent_and_the_line_goes_on() {
    let (one, other) = pair().await;
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    let result = sending.send(&[vec![1], frame(0, MAX_FRAME + 1)]).await;
    assert!(matches!(result, Err(LineError::TooLong { length, max: MAX_FRAME }) if length == MAX_FRAME + 1));
    sending.send(&[frame(0, MAX_FRAME)]).await.unwrap();
    assert_eq!(
        soon(receiving.recv()).await.unwrap(),
        Some(frame(0, MAX_FRAME)),
        "the frame before was not sent either"
    );
}

#[tokio::test]
async fn a_frame_over_the_limit_closes_the_line_of_who_receives_it() {
    let (one, other) = pair_with(Limits::new(MAX_FRAME + 1), limits()).await;
    let ((mut sending, mut back), (mut answering, mut receiving)) = (one.split(), other.split());
    sending.send(&[vec![1], frame(0, MAX_FRAME + 1)]).await.unwrap();
    assert_eq!(soon(receiving.recv()).await.unwrap(), Some(vec![1]));
    let refused = soon(receiving.recv()).await;
    assert!(matches!(refused, Err(LineError::TooLong { length, max: MAX_FRAME }) if length == MAX_FRAME + 1));
    assert_eq!((soon(receiving.recv()).await.unwrap(), receiving.ending()), (None, Some(Ending::HungUp)));
    assert!(matches!(answering.send(&[vec![1]]).await, Err(LineError::HungUp)), "the other half knows");
    assert_eq!((soon(back.recv()).await.unwrap(), back.ending()), (None, Some(Ending::Cut)), "and so does the peer");
}

#[tokio::test]
async fn a_goodbye_and_a_cut_are_told_apart_and_come_after_what_was_sent() {
    for is_goodbye in [true, false] {
        let (one, other) = pair().await;
        let ((mut sending, rest), (answering, mut receiving)) = (one.split(), other.split());
        sending.send(&[b"last words".to_vec()]).await.unwrap();
        let ending = async {
            if is_goodbye {
                sending.close(rest).await;
            } else {
                drop((sending, rest));
            }
        };
        let hearing = async move {
            assert_eq!(receiving.recv().await.unwrap(), Some(b"last words".to_vec()));
            assert_eq!(receiving.recv().await.unwrap(), None);
            assert_eq!(receiving.recv().await.unwrap(), None, "and again");
            drop(answering);
            receiving.ending()
        };
        let ((), how) = soon(async { tokio::join!(ending, hearing) }).await;
        assert_eq!(how, Some(if is_goodbye { Ending::Closed } else { Ending::Cut }));
    }
}

#[tokio::test]
async fn last_words_are_heard_by_somebody_who_is_still_talking() {
    let (one, other) = pair().await;
    let ((mut sending, rest), (mut talking, mut receiving)) = (one.split(), other.split());
    talking.send(&vec![frame(1, 50_000); 10]).await.unwrap();
    let refuse = async {
        sending.send(&[b"refused".to_vec()]).await.unwrap();
        sending.close(rest).await;
    };
    let hear = async move {
        assert_eq!(receiving.recv().await.unwrap(), Some(b"refused".to_vec()));
        assert_eq!((receiving.recv().await.unwrap(), receiving.ending()), (None, Some(Ending::Closed)));
        drop((talking, receiving));
    };
    soon(async { tokio::join!(refuse, hear) }).await;
}

/// A wire that its test holds in its hand: what comes from the dialler goes on in pieces of at most `step` bytes, until
/// `cut` bytes have passed; then it is cut. Back goes everything.
async fn wire(target: String, step: usize, cut: usize) -> String {
    let socket = TcpListener::bind(local()).await.unwrap();
    let address = socket.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (from, _) = socket.accept().await.unwrap();
        let to = TcpStream::connect(target).await.unwrap();
        to.set_nodelay(true).unwrap();
        let ((mut from_in, mut from_out), (mut to_in, mut to_out)) = (from.into_split(), to.into_split());
        let back = tokio::spawn(async move { tokio::io::copy(&mut to_in, &mut from_out).await });
        let mut piece = vec![0; step];
        let mut passed = 0;
        while let Ok(read @ 1..) = from_in.read(&mut piece).await {
            let read = read.min(cut - passed);
            to_out.write_all(&piece[..read]).await.unwrap();
            tokio::task::yield_now().await;
            passed += read;
            if passed == cut {
                break;
            }
        }
        back.abort();
    });
    address
}

async fn pair_over_a_wire(step: usize, cut: usize) -> (Line, Line) {
    let (mut listener, target) = listener(2, limits()).await;
    let (address, key) = (wire(target, step, cut).await, key(1));
    let (dialled, accepted) = tokio::join!(dial(&address, &key, Some(public(2)), limits()), listener.accept());
    (dialled.unwrap(), accepted)
}

#[tokio::test]
async fn frames_that_trickle_in_are_whole() {
    let (one, other) = soon(pair_over_a_wire(3, usize::MAX)).await;
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    let frames = [frame(1, 0), frame(2, 1), frame(3, 5000), frame(4, 20_000)];
    sending.send(&frames).await.unwrap();
    for expected in frames {
        assert_eq!(soon(receiving.recv()).await.unwrap(), Some(expected));
    }
}

#[tokio::test]
async fn a_cut_within_a_frame_is_an_error_and_the_frames_before_it_stand() {
    let (one, other) = soon(pair_over_a_wire(1000, 60_000)).await;
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    // Whether it all goes out before the cut is the system's to say.
    let _ = sending.send(&[frame(1, 10), frame(2, MAX_FRAME)]).await;
    assert_eq!(soon(receiving.recv()).await.unwrap(), Some(frame(1, 10)));
    assert!(matches!(soon(receiving.recv()).await, Err(LineError::WithinFrame)));
    assert_eq!(soon(receiving.recv()).await.unwrap(), None);
}

#[tokio::test]
async fn nothing_is_lost_when_receiving_is_given_up_half_way() {
    let (one, other) = soon(pair_over_a_wire(7, usize::MAX)).await;
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    let frames: Vec<Vec<u8>> = (0..30).map(|n| frame(n, n * 100)).collect();
    sending.send(&frames).await.unwrap();
    let mut given_up = 0;
    for expected in frames {
        loop {
            // Polled once and dropped: wherever it stands, it is cut off there.
            tokio::select! {
                biased;
                received = receiving.recv() => {
                    assert_eq!(received.unwrap(), Some(expected));
                    break;
                }
                () = tokio::task::yield_now() => given_up += 1,
            }
        }
    }
    assert!(given_up > 30, "it was given up {given_up} times");
}

#[tokio::test]
async fn a_peer_that_stopped_reading_is_not_waited_for() {
    let impatient = Limits { stall: Duration::from_millis(100), ..limits() };
    let (one, other) = pair_with(impatient, limits()).await;
    let (mut sending, mut back) = one.split();
    let much = vec![frame(1, MAX_FRAME); 200];
    assert!(matches!(soon(sending.send(&much)).await, Err(LineError::Stalled)));
    assert!(matches!(soon(sending.send(&[])).await, Err(LineError::HungUp)));
    assert_eq!((soon(back.recv()).await.unwrap(), back.ending()), (None, Some(Ending::HungUp)));
    drop(other);
}

#[tokio::test]
async fn a_sending_that_was_given_up_half_way_closes_the_line() {
    let (one, other) = pair().await;
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    let much = vec![frame(1, MAX_FRAME); 200];
    let given_up = tokio::time::timeout(Duration::from_millis(50), sending.send(&much)).await;
    assert!(given_up.is_err());
    assert!(matches!(soon(sending.send(&[vec![1]])).await, Err(LineError::HungUp)));
    let end = soon(async {
        loop {
            match receiving.recv().await {
                Ok(Some(received)) => assert_eq!(received, much[0]),
                end => return end,
            }
        }
    })
    .await;
    assert!(matches!(end, Ok(None) | Err(LineError::WithinFrame)), "{end:?}");
}

#[tokio::test]
async fn what_passes_is_counted() {
    let (one, other) = pair().await;
    let (out, back) = (one.traffic(), other.traffic());
    let before = (out.sent(), out.received());
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    sending.send(&[frame(1, 1000), frame(2, 500)]).await.unwrap();
    for _ in 0..2 {
        soon(receiving.recv()).await.unwrap();
    }
    // Two lengths, and one record of TLS: five bytes of head, one of kind, sixteen of seal.
    assert_eq!(out.sent() - before.0, 1500 + 2 * 4 + 22);
    assert_eq!(out.received(), before.1);
    assert_eq!(back.received(), out.sent());
    assert!(Arc::strong_count(&out) > 1);
}

/// By hand: `cargo test -p uketsuke-line --test frames -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, and judges nothing"]
async fn throughput() {
    let (one, other) = pair().await;
    let ((mut sending, _r), (_s, mut receiving)) = (one.split(), other.split());
    let frames = vec![frame(1, MAX_FRAME); 100];
    let started = std::time::Instant::now();
    let send = tokio::spawn(async move {
        for _ in 0..20 {
            sending.send(&frames).await.unwrap();
        }
        sending
    });
    let mut bytes = 0;
    for _ in 0..2000 {
        bytes += receiving.recv().await.unwrap().unwrap().len();
    }
    println!("{} MB in {:?}", bytes / 1_000_000, started.elapsed());
    drop(send.await);
}
