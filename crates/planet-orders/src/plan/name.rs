//! The names of a job's orders, by which they are known again.

use planet_builders::{OrderRequest, Product, Tool};
use planet_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Members that do not decide which files come, nor where they go.
const OF_NO_CONSEQUENCE: [&str; 3] = ["source_type", "subscription_id", "notifications"];

/// What the names of orders begin with that do the same to items of the same kind, in the same job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Prefix {
    name: String,
    digest: String,
}

impl Prefix {
    /// Without the ids: they are looked up in the orders; unless all together make one outcome, such as a composite, which
    /// is another one with other ids. Without secrets, which may be renewed.
    pub(super) fn of(part: &OrderRequest) -> Result<Self> {
        let unwritable =
            |cause| Error::new(ErrorKind::InvalidInput, "the request cannot be written as JSON").with_source(cause);
        let by_item = !part.tools().iter().any(Tool::works_over_all_items);
        let without_ids = |product: Product| if by_item { product.with_ids(Vec::<String>::new()) } else { product };
        let products = part.products().iter().cloned().map(without_ids);
        let mut body = serde_json::to_value(part.without_secrets()).map_err(unwritable)?;
        if let Value::Object(members) = &mut body {
            members.retain(|name, _| !OF_NO_CONSEQUENCE.contains(&name.as_str()));
            members.retain(|name, value| name != "order_type" || *value != "full");
            members.insert("products".to_owned(), json!(products.collect::<Vec<_>>()));
        }
        // Features of serde_json that any crate of the program may turn on keep members in another order, and numbers with
        // other last digits.
        body.sort_all_objects();
        round(&mut body);
        let digest = Sha256::digest(body.to_string());
        let digest = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: part.name().to_owned(), digest })
    }

    pub(super) fn name(&self, number: usize, of: usize) -> String {
        let width = of.to_string().len();
        format!("{self}{number:0width$}-of-{of}")
    }

    /// What the service is asked for: a part of the names, and short.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// The name of the job.
    pub(super) fn job(&self) -> &str {
        &self.name
    }

    pub(super) fn begins(&self, name: &str) -> bool {
        name.strip_prefix(&self.name)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|rest| rest.strip_prefix(self.digest.as_str()).is_some_and(|rest| rest.starts_with('-')))
    }
}

/// Puts texts of nine decimals in the place of numbers: of a degree that is a tenth of a millimetre.
fn round(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let text = number.as_f64().map_or_else(|| number.to_string(), |number| format!("{number:.9}"));
            *value = text.into();
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(members) => members.values_mut().for_each(round),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

impl std::fmt::Display for Prefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}-", self.name, self.digest)
    }
}

#[cfg(test)]
mod tests {
    use planet_builders::order::SourceType;
    use planet_builders::order::{AmazonS3, Delivery, Notifications, Secret};
    use planet_builders::{Bundle, Geometry, ItemType, OrderRequestBuilder, OrderType};

    use super::*;

    fn prefix(change: impl FnOnce(OrderRequestBuilder) -> OrderRequestBuilder) -> Prefix {
        let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["a"]);
        let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame"));
        let request = OrderRequest::builder("job").product(product).delivery(Delivery::new().to(bucket));
        Prefix::of(&change(request).build().unwrap()).unwrap()
    }

    #[test]
    fn a_name_stays_the_same_between_programs_and_versions() {
        assert_eq!(prefix(|request| request).name(3, 17), "job-d8e2fb1d-03-of-17");
    }

    #[test]
    fn ids_secrets_and_who_is_told_make_no_difference() {
        let same = prefix(|request| request);
        let product = || Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["b", "c"]);
        let renewed = || Delivery::new().to(AmazonS3::new("imagery", "us-east-2", "KEYID2", Secret::new("open")));
        assert_eq!(prefix(|request| request.products([product()])), same);
        assert_eq!(prefix(|request| request.delivery(renewed())), same);
        assert_eq!(prefix(|request| request.notifications(Notifications::new().email(true))), same);
        assert_eq!(prefix(|request| request.subscription_id(3).source_type(SourceType::Scenes)), same);
        assert_eq!(prefix(|request| request.order_type(OrderType::Full)), same);
    }

    /// serde_json reads the last digit of a long fraction exactly only with its feature `float_roundtrip`.
    #[test]
    fn how_exactly_a_program_reads_an_area_makes_no_difference() {
        let clipped = |east: f64| {
            let area = Geometry::bbox(-117.558734, 45.229745, east, 45.301865).unwrap();
            prefix(|request| request.tool(Tool::clip(area)))
        };
        let east = -117.452447_f64;
        assert_eq!(clipped(east), clipped(east.next_up()));
        assert_ne!(clipped(east), clipped(east + 1e-8));
    }

    #[test]
    fn what_decides_on_the_files_makes_another_name() {
        let of = prefix(|request| request);
        let product = |bundle| Product::new(ItemType::PSSCENE, bundle, ["a"]);
        let elsewhere = Delivery::new().to(AmazonS3::new("other", "us-east-2", "KEYID", Secret::new("sesame")));
        for other in [
            prefix(|request| request.name("other")),
            prefix(|request| request.products([product(Bundle::VISUAL)])),
            prefix(|request| request.products([product(Bundle::ANALYTIC_UDM2).fallback(Bundle::VISUAL)])),
            prefix(|request| request.tool(Tool::clip("pl:features/my/a/b"))),
            prefix(|request| request.order_type(OrderType::Partial)),
            prefix(|request| request.delivery(elsewhere)),
            prefix(OrderRequestBuilder::stac),
        ] {
            assert_ne!(other.digest, of.digest);
            assert!(!of.begins(&other.name(1, 1)));
        }
    }

    #[test]
    fn an_order_of_the_job_is_known_by_the_beginning_of_its_name() {
        let prefix = prefix(|request| request);
        let digest = prefix.digest().to_owned();
        assert!(prefix.begins(&prefix.name(1, 3)) && prefix.begins(&prefix.name(999, 1000)));
        for other in
            [format!("job-{digest}"), format!("job {digest}-1"), format!("my job-{digest}-1"), "job-1-of-3".into()]
        {
            assert!(!prefix.begins(&other), "{other}");
        }
    }
}
