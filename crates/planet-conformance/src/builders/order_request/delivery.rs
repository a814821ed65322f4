//! Deliveries: where the files go, and how they are packed.

use planet_builders::order::{
    AmazonS3, Archive, ArchiveType, AzureBlobStorage, Delivery, Destination, GoogleCloudStorage, GoogleEarthEngine,
    OracleCloudStorage, S3Compatible, Secret, Target,
};
use serde_json::{Map, Value};

use super::{around, part, written};
use crate::args::Stop;
use crate::args::{Args, Typed};

pub(super) fn delivery(args: &Args<'_>) -> Result<Value, Stop> {
    let mut delivery = match args.optional::<Map<String, Value>>("cloud_config")? {
        Some(members) => part::<Delivery>(members)?,
        None => Delivery::new(),
    };
    let filename: Option<String> = args.optional("archive_filename")?;
    let single: Option<bool> = args.optional("single_archive")?;
    if let Some(name) = args.optional::<String>("archive_type")? {
        let mut archive = Archive::new(name.parse::<ArchiveType>()?);
        if let Some(filename) = filename {
            archive = archive.filename(filename);
        }
        if let Some(single) = single {
            archive = archive.single(single);
        }
        delivery = delivery.archive(archive);
    } else if filename.is_some() || single == Some(true) {
        // Our types cannot say this, JSON can.
        let options = args.0.iter().filter(|(name, _)| *name != "cloud_config");
        let options = part(options.map(|(name, value)| (name.clone(), value.clone())).collect())?;
        return written(&around().delivery(options).build()?.delivery());
    }
    written(&delivery)
}

pub(super) fn amazon_s3(args: &Args<'_>) -> Result<Value, Stop> {
    let bucket = AmazonS3::new(
        text(args, "bucket")?,
        text(args, "aws_region")?,
        text(args, "aws_access_key_id")?,
        args.get("aws_secret_access_key")?,
    );
    prefixed(args, bucket, AmazonS3::path_prefix)
}

pub(super) fn azure_blob_storage(args: &Args<'_>) -> Result<Value, Stop> {
    let mut container = AzureBlobStorage::new(text(args, "account")?, text(args, "container")?, args.get("sas_token")?);
    if let Some(suffix) = args.optional::<String>("storage_endpoint_suffix")? {
        container = container.storage_endpoint_suffix(suffix);
    }
    prefixed(args, container, AzureBlobStorage::path_prefix)
}

pub(super) fn google_cloud_storage(args: &Args<'_>) -> Result<Value, Stop> {
    let bucket = GoogleCloudStorage::new(text(args, "bucket")?, args.get("credentials")?);
    prefixed(args, bucket, GoogleCloudStorage::path_prefix)
}

pub(super) fn google_earth_engine(args: &Args<'_>) -> Result<Value, Stop> {
    delivered_to(GoogleEarthEngine::new(text(args, "project")?, text(args, "collection")?))
}

pub(super) fn oracle_cloud_storage(args: &Args<'_>) -> Result<Value, Stop> {
    let bucket = OracleCloudStorage::new(
        text(args, "bucket")?,
        text(args, "region")?,
        text(args, "namespace")?,
        text(args, "customer_access_key_id")?,
        args.get("customer_secret_key")?,
    );
    prefixed(args, bucket, OracleCloudStorage::path_prefix)
}

pub(super) fn s3_compatible(args: &Args<'_>) -> Result<Value, Stop> {
    let mut bucket = S3Compatible::new(
        text(args, "endpoint")?,
        text(args, "bucket")?,
        text(args, "region")?,
        text(args, "access_key_id")?,
        args.get("secret_access_key")?,
    );
    if let Some(path_style) = args.optional("use_path_style")? {
        bucket = bucket.use_path_style(path_style);
    }
    prefixed(args, bucket, S3Compatible::path_prefix)
}

pub(super) fn destination(args: &Args<'_>) -> Result<Value, Stop> {
    prefixed(args, Destination::new(text(args, "destination_ref")?), Destination::path_prefix)
}

pub(super) fn default_destination(args: &Args<'_>) -> Result<Value, Stop> {
    prefixed(args, Destination::default_of_organization(), Destination::path_prefix)
}

fn text(args: &Args<'_>, name: &str) -> Result<String, Stop> {
    args.get(name)
}

impl Typed for Secret {
    fn read(value: &Value) -> Result<Self, Stop> {
        String::read(value).map(Self::new)
    }
}

fn prefixed<T: Into<Target>>(args: &Args<'_>, target: T, path_prefix: fn(T, String) -> T) -> Result<Value, Stop> {
    match args.optional("path_prefix")? {
        Some(prefix) => delivered_to(path_prefix(target, prefix)),
        None => delivered_to(target),
    }
}

fn delivered_to(target: impl Into<Target>) -> Result<Value, Stop> {
    written(&Delivery::new().to(target))
}
