//! Compressed answers that are not what they should be.

use httpmock::MockServer;
use planet_core::{ErrorKind, Outcome, Retry};

use crate::support::{GetThing, session};

/// `hello`, as gzip packs it: head, deflated bytes, checksum, length.
const PACKED: [u8; 25] = [
    0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 0x05, 0,
    0, 0,
];

async fn answer_of(packed: &[u8]) -> planet_core::Result<String> {
    let server = MockServer::start_async().await;
    server.mock_async(|_, then| drop(then.status(200).header("content-encoding", "gzip").body(packed))).await;
    session(&server.base_url(), Retry::off()).call(GetThing).await
}

#[tokio::test]
async fn an_answer_whose_checksum_length_or_end_is_wrong_is_an_attempt_that_failed() {
    assert_eq!(answer_of(&PACKED).await.unwrap(), "hello");
    let (mut checksum, mut length, mut bytes) = (PACKED, PACKED, PACKED);
    checksum[18] ^= 1;
    length[21] ^= 1;
    bytes[10] ^= 0xff;
    for wrong in [&checksum[..], &length, &bytes, &PACKED[..24], &PACKED[..14], &PACKED[..5], b"hello"] {
        let error = answer_of(wrong).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown), "{wrong:?}: {error}");
    }
}
