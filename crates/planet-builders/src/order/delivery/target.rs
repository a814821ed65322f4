//! The places that files can be delivered to.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use planet_core::Secret;
use serde_json::{Value, json};

use super::Target;
use crate::order::hidden::Hidden;

impl Target {
    fn new<const N: usize>(name: &'static str, members: [(&str, String); N]) -> Self {
        let plain = members.into_iter().map(|(member, value)| (member.to_owned(), Value::String(value)));
        Self { name, plain: plain.collect(), secrets: BTreeMap::new() }
    }

    fn with(mut self, member: &str, value: Value) -> Self {
        self.plain.insert(member.to_owned(), value);
        self
    }

    fn secret(mut self, member: &str, secret: Secret) -> Self {
        self.secrets.insert(member.to_owned(), Hidden(secret));
        self
    }
}

macro_rules! target {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "a target does nothing until it is added to a delivery"]
        pub struct $name(Target);

        impl From<$name> for Target {
            fn from(target: $name) -> Self {
                target.0
            }
        }
    };
}

macro_rules! path_prefix {
    ($name:ident) => {
        impl $name {
            /// What the files' paths begin with. `/` makes folders; what follows the last one stands before the names.
            pub fn path_prefix(self, prefix: impl Into<String>) -> Self {
                Self(self.0.with("path_prefix", json!(prefix.into())))
            }
        }
    };
}

target! {
    /// A bucket of Amazon S3. The user behind the keys may write and delete in it.
    ///
    /// ```
    /// use planet_builders::order::{AmazonS3, Delivery, Secret};
    ///
    /// let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame"));
    /// let json = serde_json::to_value(Delivery::new().to(bucket))?;
    /// assert_eq!(json["amazon_s3"]["aws_secret_access_key"], "sesame");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "amazon_s3")]
    AmazonS3
}
path_prefix!(AmazonS3);

impl AmazonS3 {
    /// A bucket, its region, and the two parts of an access key.
    pub fn new(
        bucket: impl Into<String>,
        region: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_access_key: Secret,
    ) -> Self {
        let target = Target::new("amazon_s3", [("bucket", bucket.into()), ("aws_region", region.into())]);
        let target = target.secret("aws_access_key_id", Secret::new(access_key_id));
        Self(target.secret("aws_secret_access_key", secret_access_key))
    }
}

target! {
    /// A container of Azure's blob storage.
    ///
    /// ```
    /// use planet_builders::order::{AzureBlobStorage, Delivery, Secret};
    ///
    /// let container = AzureBlobStorage::new("account", "imagery", Secret::new("sv=2020&sig=sesame"))
    ///     .storage_endpoint_suffix("core.usgovcloudapi.net");
    /// let json = serde_json::to_value(Delivery::new().to(container))?;
    /// assert_eq!(json["azure_blob_storage"]["container"], "imagery");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "azure_blob_storage")]
    AzureBlobStorage
}
path_prefix!(AzureBlobStorage);

impl AzureBlobStorage {
    /// A container of an account, and a token for a shared access signature, without the `?` before it.
    pub fn new(account: impl Into<String>, container: impl Into<String>, sas_token: Secret) -> Self {
        let members = [("account", account.into()), ("container", container.into())];
        Self(Target::new("azure_blob_storage", members).secret("sas_token", sas_token))
    }

    /// The end of the storage's host name, for national clouds. `core.windows.net` if not said.
    pub fn storage_endpoint_suffix(self, suffix: impl Into<String>) -> Self {
        Self(self.0.with("storage_endpoint_suffix", json!(suffix.into())))
    }
}

target! {
    /// A bucket of Google Cloud Storage.
    ///
    /// ```
    /// use planet_builders::order::{Delivery, GoogleCloudStorage, Secret};
    ///
    /// let account = Secret::new(r#"{"type": "service_account"}"#);
    /// let json = serde_json::to_value(Delivery::new().to(GoogleCloudStorage::service_account("imagery", &account)))?;
    /// assert_eq!(json["google_cloud_storage"]["credentials"], "eyJ0eXBlIjogInNlcnZpY2VfYWNjb3VudCJ9");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "google_cloud_storage")]
    GoogleCloudStorage
}
path_prefix!(GoogleCloudStorage);

impl GoogleCloudStorage {
    /// A bucket, and the JSON key file of a service account in base64, on one line.
    pub fn new(bucket: impl Into<String>, credentials: Secret) -> Self {
        let target = Target::new("google_cloud_storage", [("bucket", bucket.into())]);
        Self(target.secret("credentials", credentials))
    }

    /// A bucket, and the text of a service account's JSON key file.
    pub fn service_account(bucket: impl Into<String>, key_file: &Secret) -> Self {
        Self::new(bucket, Secret::new(STANDARD.encode(key_file.expose())))
    }
}

target! {
    /// An image collection of Google Earth Engine. Of the tools, clip and harmonize go with it; STAC metadata does not.
    ///
    /// ```
    /// use planet_builders::order::{Delivery, GoogleEarthEngine};
    ///
    /// let json = serde_json::to_value(Delivery::new().to(GoogleEarthEngine::new("my-project", "iowa")))?;
    /// assert_eq!(json["google_earth_engine"]["collection"], "iowa");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "google_earth_engine")]
    GoogleEarthEngine
}

impl GoogleEarthEngine {
    /// An image collection of a project.
    pub fn new(project: impl Into<String>, collection: impl Into<String>) -> Self {
        let members = [("project", project.into()), ("collection", collection.into())];
        Self(Target::new("google_earth_engine", members))
    }
}

target! {
    /// A bucket of Oracle's object storage.
    ///
    /// ```
    /// use planet_builders::order::{Delivery, OracleCloudStorage, Secret};
    ///
    /// let bucket = OracleCloudStorage::new("imagery", "us-ashburn-1", "namespace", "KEYID", Secret::new("sesame"));
    /// let json = serde_json::to_value(Delivery::new().to(bucket))?;
    /// assert_eq!(json["oracle_cloud_storage"]["region"], "us-ashburn-1");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "oracle_cloud_storage")]
    OracleCloudStorage
}
path_prefix!(OracleCloudStorage);

impl OracleCloudStorage {
    /// A bucket, its region and namespace, and the two parts of a customer secret key.
    pub fn new(
        bucket: impl Into<String>,
        region: impl Into<String>,
        namespace: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_key: Secret,
    ) -> Self {
        let members = [("bucket", bucket.into()), ("region", region.into()), ("namespace", namespace.into())];
        let target = Target::new("oracle_cloud_storage", members);
        let target = target.secret("customer_access_key_id", Secret::new(access_key_id));
        Self(target.secret("customer_secret_key", secret_key))
    }
}

target! {
    /// A bucket of a storage that speaks the protocol of Amazon S3.
    ///
    /// ```
    /// use planet_builders::order::{Delivery, S3Compatible, Secret};
    ///
    /// let bucket = S3Compatible::new("https://s3.example.com", "imagery", "eu", "KEYID", Secret::new("sesame"))
    ///     .use_path_style(true);
    /// let json = serde_json::to_value(Delivery::new().to(bucket))?;
    /// assert_eq!(json["s3_compatible"]["use_path_style"], true);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "s3_compatible")]
    S3Compatible
}
path_prefix!(S3Compatible);

impl S3Compatible {
    /// The URL of the storage, a bucket, its region, and the two parts of an access key.
    pub fn new(
        endpoint: impl Into<String>,
        bucket: impl Into<String>,
        region: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_access_key: Secret,
    ) -> Self {
        let members = [("endpoint", endpoint.into()), ("bucket", bucket.into()), ("region", region.into())];
        let target = Target::new("s3_compatible", members);
        let target = target.secret("access_key_id", Secret::new(access_key_id));
        Self(target.secret("secret_access_key", secret_access_key)).use_path_style(false)
    }

    /// Does the bucket stand in the path of a URL, rather than in its host name? It does not if not said.
    pub fn use_path_style(self, path_style: bool) -> Self {
        Self(self.0.with("use_path_style", json!(path_style)))
    }
}

target! {
    /// A place that the Destinations API knows, with its credentials.
    ///
    /// ```
    /// use planet_builders::order::{Delivery, Destination};
    ///
    /// let json = serde_json::to_value(Delivery::new().to(Destination::new("pl:destinations/imagery-4Yz")))?;
    /// assert_eq!(json["destination"]["ref"], "pl:destinations/imagery-4Yz");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "destination")]
    Destination
}
path_prefix!(Destination);

impl Destination {
    /// The destination with a reference: `pl:destinations/<id>`.
    pub fn new(reference: impl Into<String>) -> Self {
        Self(Target::new("destination", [("ref", reference.into())]))
    }

    /// The destination that is the organization's default.
    #[doc(alias = "default_destination")]
    pub fn default_of_organization() -> Self {
        Self::new("pl:destinations/default")
    }
}
