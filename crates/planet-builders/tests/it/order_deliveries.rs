use planet_builders::order::{
    AmazonS3, Archive, AzureBlobStorage, Delivery, Destination, GoogleCloudStorage, GoogleEarthEngine, Hosting,
    Notifications, OracleCloudStorage, S3Compatible, Secret, Target, Webhook,
};
use planet_builders::{Bundle, Error, FaultKind, ItemType, OrderRequest, OrderRequestBuilder, Product};
use serde_json::{Value, json};

use crate::{fault, faults};

fn order() -> OrderRequestBuilder {
    OrderRequest::builder("n").product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["a"]))
}

#[track_caller]
fn sends(target: impl Into<Target>, expected: Value) {
    let delivery = Delivery::new().to(target);
    assert_eq!(serde_json::to_value(&delivery).unwrap(), expected);
    order().delivery(delivery).build().unwrap();
}

fn refused(delivery: Delivery) -> Error {
    order().delivery(delivery).build().unwrap_err()
}

fn read(delivery: Value) -> Delivery {
    serde_json::from_value(delivery).unwrap()
}

fn secret() -> Secret {
    Secret::new("c2VzYW1l")
}

/// One of each, with every option.
fn targets() -> [Target; 7] {
    [
        AmazonS3::new("b", "us-east-2", "KEYID", secret()).path_prefix("p/").into(),
        AzureBlobStorage::new("acc", "cont", secret()).storage_endpoint_suffix("core.net").path_prefix("p").into(),
        GoogleCloudStorage::new("b", secret()).path_prefix("p").into(),
        GoogleEarthEngine::new("project", "collection").into(),
        OracleCloudStorage::new("b", "us-ashburn-1", "ns", "KEYID", secret()).path_prefix("p").into(),
        S3Compatible::new("https://s3.net", "b", "r", "KEYID", secret()).use_path_style(true).path_prefix("p").into(),
        Destination::new("pl:destinations/mine-4Yz").path_prefix("p").into(),
    ]
}

#[test]
fn each_target_is_sent_in_the_service_s_form() {
    let [amazon, azure, google, engine, oracle, compatible, destination] = targets();
    sends(
        amazon,
        json!({"amazon_s3": {
            "bucket": "b", "aws_region": "us-east-2", "aws_access_key_id": "KEYID",
            "aws_secret_access_key": "c2VzYW1l", "path_prefix": "p/",
        }}),
    );
    sends(
        azure,
        json!({"azure_blob_storage": {
            "account": "acc", "container": "cont", "sas_token": "c2VzYW1l", "storage_endpoint_suffix": "core.net",
            "path_prefix": "p",
        }}),
    );
    sends(google, json!({"google_cloud_storage": {"bucket": "b", "credentials": "c2VzYW1l", "path_prefix": "p"}}));
    sends(engine, json!({"google_earth_engine": {"project": "project", "collection": "collection"}}));
    sends(
        oracle,
        json!({"oracle_cloud_storage": {
            "bucket": "b", "region": "us-ashburn-1", "namespace": "ns", "customer_access_key_id": "KEYID",
            "customer_secret_key": "c2VzYW1l", "path_prefix": "p",
        }}),
    );
    sends(
        compatible,
        json!({"s3_compatible": {
            "endpoint": "https://s3.net", "bucket": "b", "region": "r", "access_key_id": "KEYID",
            "secret_access_key": "c2VzYW1l", "use_path_style": true, "path_prefix": "p",
        }}),
    );
    sends(destination, json!({"destination": {"ref": "pl:destinations/mine-4Yz", "path_prefix": "p"}}));
    sends(Destination::default_of_organization(), json!({"destination": {"ref": "pl:destinations/default"}}));
}

#[test]
fn the_style_of_paths_is_always_sent() {
    let bucket = S3Compatible::new("https://s3.net", "b", "r", "id", secret());
    let json = serde_json::to_value(Delivery::new().to(bucket)).unwrap();
    assert_eq!(json["s3_compatible"]["use_path_style"], false);
}

#[test]
fn a_key_file_goes_out_in_base64_on_one_line() {
    let key_file = Secret::new("{\n  \"type\": \"service_account\",\n  \"project_id\": \"p\"\n}\n".repeat(4));
    let json = serde_json::to_value(Delivery::new().to(GoogleCloudStorage::service_account("b", &key_file))).unwrap();
    let sent = json["google_cloud_storage"]["credentials"].as_str().unwrap();
    assert!(!sent.contains('\n') && sent.starts_with("ewogICJ0eXBl"), "{sent}");

    for raw in ["{\"type\": \"service_account\"}", "eyJ0eXBl\nIjoi"] {
        let error = refused(Delivery::new().to(GoogleCloudStorage::new("b", Secret::new(raw))));
        assert_eq!(error.faults()[0].path(), "delivery.google_cloud_storage.credentials");
        assert!(error.to_string().contains("base64"), "{error}");
    }
}

#[test]
fn secrets_stand_in_the_body_and_nowhere_else() {
    for target in targets() {
        let delivery = Delivery::new().to(target.clone());
        let request = order().delivery(delivery.clone()).build().unwrap();
        let body = serde_json::to_string(&request).unwrap();
        let read_again: OrderRequest = serde_json::from_str(&body).unwrap();
        assert_eq!(read_again, request);
        let shown = format!("{target:?} {delivery:?} {request:?} {request:#?} {read_again:?}");
        assert!(!shown.contains("c2VzYW1l") && !shown.contains("KEYID"), "{shown}");
        assert!(shown.contains(target.name()), "{shown}");
    }
}

#[test]
fn a_target_s_faults_do_not_tell_its_secrets() {
    let documents = [
        json!({"amazon_s3": {"aws_secret_access_key": ["sesame"], "aws_access_key_id": {"sesame": 1}}}),
        json!({"amazon_s3": {"aws_secret": "sesame"}}),
        json!({"amazon_s3": "sesame"}),
        json!({"azure_blob_storage": {"sas_token": "?sesame", "account": "a", "container": "c"}}),
        json!({"google_cloud_storage": {"credentials": "{sesame}", "bucket": "b"}}),
        json!({"new_storage": {"key": "sesame"}}),
        json!(["sesame"]),
    ];
    for delivery in documents {
        let document = json!({"name": "n", "products": [], "delivery": delivery});
        let request: OrderRequest = serde_json::from_value(document.clone()).unwrap();
        assert_eq!(serde_json::to_value(&request).unwrap(), document);
        let error = request.check().unwrap_err();
        let hints = request.hints();
        assert!(error.faults().iter().any(|fault| fault.path().starts_with("delivery")), "{error}");
        let shown = format!("{error} {error:?} {request:?} {hints:?}");
        assert!(!shown.contains("sesame"), "{shown}");
    }
}

#[test]
fn members_that_a_target_needs_are_named_when_they_are_missing() {
    use FaultKind::{Invalid, Missing};
    let delivery = read(json!({"oracle_cloud_storage": {"bucket": "", "region": 1, "customer_secret_key": " "}}));
    assert_eq!(
        faults(order().delivery(delivery).build()),
        [
            fault(Missing, "delivery.oracle_cloud_storage.bucket"),
            fault(Invalid, "delivery.oracle_cloud_storage.region"),
            fault(Missing, "delivery.oracle_cloud_storage.namespace"),
            fault(Missing, "delivery.oracle_cloud_storage.customer_access_key_id"),
            fault(Missing, "delivery.oracle_cloud_storage.customer_secret_key"),
        ]
    );
    let empty = Delivery::new().to(GoogleEarthEngine::new("", ""));
    assert_eq!(refused(empty).faults().len(), 2);
}

#[test]
fn a_token_goes_without_its_question_mark_and_a_reference_has_its_form() {
    let azure = Delivery::new().to(AzureBlobStorage::new("a", "c", Secret::new("?sv=2020")));
    assert_eq!(refused(azure).faults()[0].path(), "delivery.azure_blob_storage.sas_token");
    for reference in ["anything", "pl:destinations/", "pl:destination/x"] {
        let error = refused(Delivery::new().to(Destination::new(reference)));
        assert_eq!(error.faults()[0].path(), "delivery.destination.ref");
    }
}

#[test]
fn a_target_that_is_unknown_is_a_fault_unless_it_is_allowed() {
    let delivery = read(json!({"amazon_s4": {"bucket": "b"}}));
    let error = refused(delivery.clone());
    assert_eq!(error.faults()[0].suggestion(), Some("amazon_s3"));
    let request = order().delivery(delivery).allow_unknown().build().unwrap();
    assert_eq!(serde_json::to_value(&request).unwrap()["delivery"], json!({"amazon_s4": {"bucket": "b"}}));
}

/// Quirk `archive-options-dropped`: Python leaves them out without a word.
#[test]
fn archive_options_without_a_type_are_a_fault() {
    for delivery in [json!({"single_archive": true}), json!({"archive_filename": "x.zip"})] {
        assert_eq!(
            faults(order().delivery(read(delivery)).build()),
            [fault(FaultKind::Missing, "delivery.archive_type")]
        );
    }
    let error = refused(Delivery::new().archive(Archive::new("tar")));
    assert_eq!(error.faults()[0].allowed(), ["zip"]);
    assert_eq!(refused(Delivery::new().archive(Archive::zip().filename(""))).faults()[0].kind(), FaultKind::Missing);
}

#[test]
fn an_archive_is_taken_in_any_case_and_keeps_what_is_unknown_beside_it() {
    let delivery = read(json!({"archive_type": "ZIP", "layout": {"format": "standard"}}));
    let request = order().delivery(delivery).build().unwrap();
    assert_eq!(
        serde_json::to_value(&request).unwrap()["delivery"],
        json!({"archive_type": "zip", "layout": {"format": "standard"}})
    );
}

#[test]
fn a_webhook_needs_a_url_and_does_not_show_its_password() {
    let webhook = || Webhook::new("https://me:sesame@example.com/hook?key=sesame");
    let request = order().notifications(Notifications::new().webhook(webhook())).build().unwrap();
    let shown = format!("{request:?}");
    assert!(shown.contains("webhook") && !shown.contains("sesame"), "{shown}");
    for (notifications, path) in [
        (json!({"webhook": {"url": "sesame"}}), "notifications.webhook.url"),
        (json!({"webhook": {"per_order": true}}), "notifications.webhook.url"),
        (json!({"webhook": {"url": ["sesame"]}}), "notifications.webhook.url"),
        (json!({"webhook": "sesame"}), "notifications.webhook"),
        (json!({"email": "sesame"}), "notifications.email"),
    ] {
        let notifications: Notifications = serde_json::from_value(notifications).unwrap();
        let error = order().notifications(notifications.clone()).build().unwrap_err();
        assert_eq!(error.faults().iter().map(|fault| fault.path()).collect::<Vec<_>>(), [path]);
        assert!(!format!("{notifications:?}").contains("sesame"));
    }
}

/// Quirk `hosting-ignored`: Python passes over a host that it does not know.
#[test]
fn a_host_that_is_unknown_is_a_fault() {
    let hosting: Hosting = serde_json::from_value(json!({"sentinelhub": {}})).unwrap();
    let error = order().hosting(hosting).build().unwrap_err();
    assert_eq!(error.faults()[0].path(), "hosting");
    assert_eq!(error.faults()[0].suggestion(), Some("sentinel_hub"));
    assert!("my_hub".parse::<Hosting>().is_err());
    assert_eq!("Sentinel_Hub".parse::<Hosting>().unwrap(), Hosting::sentinel_hub().into());
    for hosting in [json!({}), json!({"sentinel_hub": true}), json!({"sentinel_hub": {"collection_id": 7}})] {
        let hosting: Hosting = serde_json::from_value(hosting).unwrap();
        assert_eq!(order().hosting(hosting).build().unwrap_err().faults().len(), 1);
    }
}
