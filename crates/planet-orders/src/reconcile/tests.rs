use std::time::Duration;

use planet_core::{Endpoint, Timestamp};
use serde_json::{Value, json};

use super::claims::Ticket;
use super::clock::{Age, ServerClock};
use super::matching::Wanted;
use crate::{Order, OrderRequest};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn began() -> Timestamp {
    time("2026-11-21T12:00:00.5Z")
}

/// The age of an order that was created so many milliseconds after the call began, by the service's clock.
fn age(clock: &ServerClock, after_began: i64) -> Age {
    let created = 1_795_262_400_500_i64 + after_began;
    let created = format!(
        "{}.{:03}Z",
        Timestamp::from_unix_seconds(created.div_euclid(1000)).unwrap().to_string().trim_end_matches('Z'),
        created.rem_euclid(1000)
    );
    clock.age(Some(time(&created)))
}

mod clocks {
    use super::*;

    #[test]
    fn the_epoch_of_these_tests_is_right() {
        let mut clock = ServerClock::begin(began());
        clock.observe(clock.now(), clock.now(), time("2026-11-21T12:00:00Z"));
        assert_eq!((age(&clock, 1), age(&clock, 0)), (Age::After, Age::Either));
    }

    #[test]
    fn without_a_dated_answer_no_order_is_surely_ours_or_surely_another_s() {
        let clock = ServerClock::begin(began());
        for after_began in [-100_000, 0, 1, 100_000] {
            assert_eq!(age(&clock, after_began), Age::Either);
        }
        assert!(!clock.covers(clock.window(Duration::from_secs(300))));
    }

    #[test]
    fn clocks_that_may_agree_are_taken_to_agree() {
        let mut clock = ServerClock::begin(began());
        let now = clock.now();
        // Sent at :00.6, received at :00.7, dated :00, which may be any time up to :01.
        clock.observe(now + 100_000, now + 200_000, time("2026-11-21T12:00:00Z"));
        for (after_began, expected) in [(1, Age::After), (0, Age::Either), (-690, Age::Either), (-710, Age::Before)] {
            assert_eq!(age(&clock, after_began), expected, "{after_began}");
        }
    }

    #[test]
    fn a_service_ahead_must_show_that_an_order_is_newer_than_the_call() {
        let mut clock = ServerClock::begin(began());
        let now = clock.now();
        // It is 9.3 s to 10.4 s ahead.
        clock.observe(now + 100_000, now + 200_000, time("2026-11-21T12:00:10Z"));
        for (after_began, expected) in
            [(10_410, Age::After), (10_390, Age::Either), (9_000, Age::Either), (-1, Age::Before)]
        {
            assert_eq!(age(&clock, after_began), expected, "{after_began}");
        }
        // A second answer, dated just after the second began, narrows it to 9.3 s to 9.5 s.
        clock.observe(now + 1_000_000, now + 1_200_000, time("2026-11-21T12:00:10Z"));
        assert_eq!((age(&clock, 9_510), age(&clock, 9_490)), (Age::After, Age::Either));
    }

    #[test]
    fn a_service_behind_may_have_made_our_order_before_we_began() {
        let mut clock = ServerClock::begin(began());
        let now = clock.now();
        // It is 3589.6 s to 3590.7 s behind; the window has to begin before that.
        let narrow = clock.window(Duration::from_secs(300));
        clock.observe(now + 100_000, now + 200_000, time("2026-11-21T11:00:10Z"));
        for (after_began, expected) in
            [(-3_589_500, Age::After), (-3_589_700, Age::Either), (-3_590_690, Age::Either), (-3_590_710, Age::Before)]
        {
            assert_eq!(age(&clock, after_began), expected, "{after_began}");
        }
        assert!(!clock.covers(narrow));
        let wide = clock.window(Duration::from_secs(300));
        assert!(clock.covers(wide));
        assert_eq!(wide, Some(time("2026-11-21T10:55:09Z")));
    }

    #[test]
    fn answers_that_contradict_each_other_make_no_order_ours() {
        let mut clock = ServerClock::begin(began());
        let now = clock.now();
        clock.observe(now + 100_000, now + 200_000, time("2026-11-21T12:00:00Z"));
        clock.observe(now + 300_000, now + 400_000, time("2026-11-21T12:00:09Z"));
        for after_began in [-690, 1, 60_000] {
            assert_eq!(age(&clock, after_began), Age::Either, "{after_began}");
        }
        assert_eq!(age(&clock, -710), Age::Before);
    }
}

mod claims {
    use std::sync::Mutex;

    use super::*;
    use crate::reconcile::claims::Registry;

    /// A registry of the test's own: the others have other clocks.
    fn begin() -> impl Fn(u64) -> Ticket {
        let registry: &'static Mutex<Registry> = Box::leak(Box::default());
        move |key| Ticket::begin_in(registry, key)
    }

    #[test]
    fn an_order_is_adopted_once_and_by_a_call_without_equals_only() {
        let begin = begin();
        let (mut one, two) = (begin(1), begin(1));
        let mut other = begin(2);
        assert!(!one.adopt("a"), "two may own it");
        assert!(other.adopt("a"), "another request's order");
        let mut two = two;
        two.nothing();
        assert!(one.adopt("a"));
        let mut three = begin(1);
        assert!(three.is_of_another("a"));
        assert!(!three.adopt("a"), "it belongs to the first");
        assert!(three.adopt("b"));
    }

    #[test]
    fn an_order_that_was_answered_belongs_to_its_call() {
        let begin = begin();
        let (mut one, mut two) = (begin(3), begin(3));
        one.answered("a");
        assert!(two.is_of_another("a"));
        assert!(!two.adopt("a"));
        assert!(two.adopt("b"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_was_dropped_may_own_an_order_for_a_quarter_of_an_hour() {
        let begin = begin();
        let minutes = |minutes: u64| tokio::time::advance(Duration::from_secs(60 * minutes));
        drop(begin(4));
        for minute in [0, 14] {
            minutes(minute).await;
            let mut call = begin(4);
            assert!(!call.adopt("a"));
            call.nothing();
        }
        minutes(1).await;
        assert!(begin(4).adopt("a"));
    }

    #[tokio::test(start_paused = true)]
    async fn orders_are_forgotten_with_time_but_not_while_an_equal_call_is_under_way() {
        let begin = begin();
        let minutes = |minutes: u64| tokio::time::advance(Duration::from_secs(60 * minutes));
        let (mut long, mut short) = (begin(5), begin(5));
        short.answered("a");
        minutes(60).await;
        begin(6).nothing();
        assert!(long.is_of_another("a"), "it may have been created after the long call began");
        assert!(long.adopt("b"));
        minutes(60).await;
        let mut later = begin(5);
        assert!(!later.is_of_another("a") && !later.is_of_another("b"), "both are forgotten");
        later.nothing();
    }
}

mod matching {
    use super::*;

    fn wanted(body: &Value) -> Wanted {
        Wanted::of(&serde_json::from_value::<OrderRequest>(body.clone()).unwrap()).unwrap()
    }

    fn request() -> Value {
        json!({
            "name": "oregon",
            "source_type": "scenes",
            "products": [
                {"item_ids": ["a", "b"], "item_type": "PSScene", "product_bundle": "analytic_8b_udm2,visual"},
                {"item_ids": ["c"], "item_type": "PSScene", "product_bundle": "visual"},
            ],
            "tools": [{"clip": {"aoi": {"type": "Polygon", "coordinates": [[[1.0, 2.0], [3.0, 2.0], [3.0, 4.5], [1.0, 2.0]]]}}}],
            "delivery": {"amazon_s3": {
                "bucket": "b", "aws_region": "us-east-2", "aws_access_key_id": "K", "aws_secret_access_key": "sesame"}},
            "notifications": {"webhook": {"url": "https://me:sesame@example.com"}},
        })
    }

    /// The request as the service gives it back, and then changed.
    fn order(change: impl FnOnce(&mut Value)) -> Order {
        let mut order = request();
        order["id"] = json!("18389c7e");
        order["state"] = json!("queued");
        order["created_on"] = json!("2026-11-21T12:00:00.123Z");
        order["delivery"]["amazon_s3"]["aws_secret_access_key"] = json!("<REDACTED>");
        order["notifications"]["webhook"]["url"] = json!("<REDACTED>");
        change(&mut order);
        serde_json::from_value(order).unwrap()
    }

    #[test]
    fn what_the_service_does_to_a_request_does_not_hide_the_order() {
        let wanted = wanted(&request());
        let changes: [fn(&mut Value); 8] = [
            |_| (),
            |order| order["products"][0]["item_ids"] = json!(["b", "a", "a"]),
            |order| order["products"].as_array_mut().unwrap().reverse(),
            |order| order["products"][0]["product_bundle"] = json!("analytic_8b_udm2, visual"),
            |order| order["products"][1]["added"] = json!(1),
            |order| drop(order.as_object_mut().unwrap().remove("source_type")),
            |order| order["order_type"] = json!("full"),
            |order| order["tools"][0]["clip"]["aoi"]["coordinates"][0][0] = json!([1, 2]),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let order = order(change);
            assert!(wanted.has_products_of(&order) && wanted.is_echoed_by(&order), "{number}");
        }
    }

    #[test]
    fn other_products_are_no_match() {
        let wanted = wanted(&request());
        let changes: [fn(&mut Value); 6] = [
            |order| order["products"][0]["item_ids"] = json!(["a", "d"]),
            |order| order["products"][0]["item_ids"] = json!(["a"]),
            |order| order["products"][0]["product_bundle"] = json!("visual,analytic_8b_udm2"),
            |order| order["products"][0]["item_type"] = json!("SkySatScene"),
            |order| drop(order["products"].as_array_mut().unwrap().pop()),
            |order| drop(order.as_object_mut().unwrap().remove("products")),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            assert!(!wanted.has_products_of(&order(change)), "{number}");
        }
    }

    #[test]
    fn another_treatment_makes_an_order_a_candidate_and_no_match() {
        let wanted = wanted(&request());
        let changes: [fn(&mut Value); 9] = [
            |order| drop(order.as_object_mut().unwrap().remove("tools")),
            |order| order["tools"].as_array_mut().unwrap().push(json!({"toar": {}})),
            |order| order["tools"][0]["clip"]["aoi"]["coordinates"][0][2] = json!([3.0, 4.25]),
            |order| order["tools"][0]["clip"]["more"] = json!(1),
            |order| order["delivery"]["amazon_s3"]["bucket"] = json!("another"),
            |order| drop(order.as_object_mut().unwrap().remove("delivery")),
            |order| order["order_type"] = json!("partial"),
            |order| order["subscription_id"] = json!(7),
            |order| order["source_type"] = json!("basemaps"),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let order = order(change);
            assert!(wanted.has_products_of(&order), "{number}");
            assert!(!wanted.is_echoed_by(&order), "{number}");
        }
    }

    #[test]
    fn the_collection_and_the_format_of_a_hosted_order_are_the_services_doing() {
        let mut body = request();
        body["hosting"] = json!({"sentinel_hub": {"create_configuration": true}});
        let hosted = |order: &mut Value| {
            order["tools"].as_array_mut().unwrap().push(json!({"file_format": {"format": "COG"}}));
            order["hosting"] = json!({"sentinel_hub": {"create_configuration": true, "collection_id": "396da26c"}});
        };
        assert!(wanted(&body).is_echoed_by(&order(hosted)));
        assert!(!wanted(&body).is_echoed_by(&order(|_| ())), "not hosted");
        assert!(!wanted(&request()).is_echoed_by(&order(hosted)), "hosted, unasked");
    }

    #[test]
    fn requests_whose_orders_could_be_taken_for_each_other_have_the_same_fingerprint() {
        let origin = Endpoint::default().origin().clone();
        let print = |change: fn(&mut Value)| {
            let mut body = request();
            change(&mut body);
            wanted(&body).fingerprint(&origin)
        };
        let same = print(|_| ());
        assert_eq!(print(|body| body["products"][0]["item_ids"] = json!(["b", "a"])), same);
        assert_eq!(print(|body| body["products"].as_array_mut().unwrap().reverse()), same);
        assert_eq!(print(|body| body["tools"] = json!([{"toar": {}}])), same);
        assert_ne!(print(|body| body["name"] = json!("iowa")), same);
        assert_ne!(print(|body| body["products"][0]["item_ids"] = json!(["b", "d"])), same);
        let elsewhere = Endpoint::parse("http://127.0.0.1:1").unwrap();
        assert_ne!(wanted(&request()).fingerprint(elsewhere.origin()), same);
    }
}
