//! The downloads of `planet.DataClient` and `planet.OrdersClient`: unverified, one file at a time, and with the links as they
//! are. Python leaves files alone that are there, unless it is told to overwrite them.

use std::path::Path;

use planet::orders::{Checksum, FileReport, Overwrite, Verify, validate_checksum};
use serde_json::Value;

use super::assets::asset;
use super::call::{Call, Running};
use super::orders::id;
use crate::args::{Stop, Takes};

pub(super) const ASSET: &[&str] = &["asset", "filename", "directory", "overwrite", "progress_bar"];
pub(super) const RESULT: &[&str] = &["location", "filename", "directory", "overwrite", "progress_bar"];
pub(super) const ORDER: &[&str] = &["order_id", "directory", "overwrite", "progress_bar"];

/// Sets what both builders of one file take, where it was given.
macro_rules! with_options {
    ($call:expr, $download:expr) => {{
        let mut download = $download.verify(Verify::off()).renew_link(false).overwrite(overwrite($call)?);
        if let Some(name) = $call.args.optional::<String>("filename")? {
            download = download.name(name);
        }
        if let Some(directory) = $call.args.optional::<String>("directory")? {
            download = download.to(directory);
        }
        download
    }};
}

pub(super) fn asset_file<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let report = with_options!(call, call.planet.data().download(&asset(call)?)).await?;
        Ok(path(&report))
    })
}

pub(super) fn result<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let location: String = call.args.get("location")?;
        Ok(path(&with_options!(call, call.planet.orders().download_location(location)).await?))
    })
}

pub(super) fn order<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let download = call.planet.orders().download(id(call)?).at_once(1).renew_links(false);
        let mut download = download.verify(Verify::off()).overwrite(overwrite(call)?);
        if let Some(directory) = call.args.optional::<String>("directory")? {
            download = download.to(directory);
        }
        Ok(download.await?.files().iter().map(|file| file.path.display().to_string()).collect())
    })
}

pub(super) fn validate_order<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let checksum = match call.args.get::<String>("checksum")?.to_ascii_uppercase().as_str() {
            "MD5" => Checksum::Md5,
            "SHA256" => Checksum::Sha256,
            _ => return Err(Stop::RuledOut(Takes::Checksum)),
        };
        validate_checksum(call.args.get::<String>("directory")?, checksum).await?;
        Ok(Value::Null)
    })
}

pub(super) fn validate_asset<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let file: String = call.args.get("filename")?;
        planet::data::validate_checksum(&asset(call)?, Path::new(&file)).await?;
        Ok(Value::Null)
    })
}

fn overwrite(call: &Call<'_>) -> Result<Overwrite, Stop> {
    Ok(if call.or_default("overwrite")? { Overwrite::Always } else { Overwrite::Never })
}

fn path(file: &FileReport) -> Value {
    file.path.display().to_string().into()
}
