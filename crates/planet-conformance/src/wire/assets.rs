//! The assets of `planet.DataClient`.

use std::time::Duration;

use planet::data::Asset;
use serde_json::Value;

use super::call::{Call, Running, json};
use crate::args::{self, Stop};

pub(super) fn list<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (item_type, item_id) = item(call)?;
        json(&call.planet.data().list_assets(item_type, item_id).await?)
    })
}

pub(super) fn get<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (item_type, item_id) = item(call)?;
        let asset_type: String = call.args.get("asset_type_id")?;
        json(&call.planet.data().get_asset(item_type, item_id, asset_type).await?)
    })
}

pub(super) fn activate<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        // Python gives nothing back.
        let _outcome = call.planet.data().activate(&asset(call)?).await?;
        Ok(Value::Null)
    })
}

pub(super) fn wait<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (sender, states) = std::sync::mpsc::channel();
        // Polls follow each other at once: the pauses between them are not compared.
        call.or_default::<f64>("delay")?;
        let wait = call.planet.data().wait(&asset(call)?).every(Duration::ZERO).tolerate(0);
        let wait = wait.on_state(move |asset| drop(sender.send(asset.status().to_string())));
        let end = wait.max_attempts(call.or_default("max_attempts")?).await;
        call.seen().states.extend(states.try_iter());
        json(&end?)
    })
}

/// An asset as it was recorded.
pub(super) fn asset(call: &Call<'_>) -> Result<Asset, Stop> {
    serde_json::from_value(call.args.json("asset")).map_err(|cause| args::unreadable(&cause))
}

fn item(call: &Call<'_>) -> Result<(String, String), Stop> {
    Ok((call.args.get("item_type_id")?, call.args.get("item_id")?))
}
