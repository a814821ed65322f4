//! Counts the bytes of a body as they come.

use std::sync::Arc;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;

use crate::session::Counters;

pub(super) fn counted<B>(body: B, counters: &Arc<Counters>) -> impl Body<Data = Bytes, Error = B::Error> + use<B>
where
    B: Body<Data = Bytes>,
{
    let held = counters.begin_body();
    body.map_frame(move |frame| {
        held.received(frame.data_ref().map_or(0, Bytes::len));
        frame
    })
}
