//! The storage is shared, in use, broken, or away.

use super::*;
use tokio::task::JoinSet;

/// What is warned of from now on.
async fn warnings() -> (tracing::subscriber::DefaultGuard, Arc<Mutex<Vec<String>>>) {
    // A warning that another thread gives for the very first time just now would not be heard.
    let world = World::new();
    world.shelf.change(|kept| kept.cannot_load = true);
    bearer(&world.robot()).await.unwrap();
    let events = Arc::new(Mutex::new(Vec::new()));
    let guard = tracing::subscriber::set_default(Events(Arc::clone(&events)));
    tracing::callsite::rebuild_interest_cache();
    (guard, events)
}

/// Notes the `event` of each warning.
struct Events(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Events {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN && metadata.target() == "planet"
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        struct Name(Option<String>);
        impl tracing::field::Visit for Name {
            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                if field.name() == "event" {
                    self.0 = Some(value.to_owned());
                }
            }
            fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
        }
        let mut name = Name(None);
        event.record(&mut name);
        self.0.lock().unwrap().extend(name.0);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn a_token_that_another_process_renewed_is_taken_over_without_a_request() {
    let world = World::new().with_token(0);
    let (ours, theirs) = (world.keeper(), world.keeper());
    bearer(&ours).await.unwrap();
    pass(3_100).await;
    assert_eq!(bearer(&theirs).await.unwrap(), "a1");
    assert_eq!(bearer(&ours).await.unwrap(), "a1");
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_many_processes_at_its_end_one_asks() {
    let world = World::new().with_token(LIFE);
    world.script(|script| script.takes = Duration::from_secs(3));
    let keepers: Vec<Keeper> = (0..8).map(|_| world.keeper()).collect();
    let all = futures_util::future::join_all(keepers.iter().map(bearer)).await;
    assert!(all.into_iter().all(|token| token.unwrap() == "a1"));
    assert_eq!(world.asked(), 1);
    assert!(!world.shelf.change(|kept| kept.locked));
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_never_given_back_is_waited_for_half_a_minute() {
    let world = World::new().with_token(LIFE);
    world.shelf.change(|kept| kept.locked = true);
    let before = Instant::now();
    assert_eq!(bearer(&world.keeper()).await.unwrap(), "a1");
    let waited = before.elapsed();
    assert!((Duration::from_secs(30)..Duration::from_secs(32)).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_good_does_not_wait_for_the_lock_for_long() {
    let world = World::new().with_token(3_500);
    world.shelf.change(|kept| kept.locked = true);
    let keeper = world.keeper();
    let before = Instant::now();
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    assert!(before.elapsed() < Duration::from_secs(2));
    assert_eq!(world.asked(), 0);
    world.shelf.change(|kept| kept.locked = false);
    pass(1).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_cannot_be_locked_is_used_without() {
    let world = World::new().with_token(LIFE);
    world.shelf.change(|kept| kept.cannot_lock = true);
    assert_eq!(bearer(&world.keeper()).await.unwrap(), "a1");
    assert_eq!(world.shelf.token()["access_token"], "a1");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_is_named_and_neither_passed_over_nor_written_over() {
    for text in ["", "{broken", "[]", "\"a\"", "{\"access_token\":\"a"] {
        let world = World::new();
        world.shelf.change(|kept| kept.text = Some(text.into()));
        let keeper = world.keeper();
        assert!(keeper.is_initialized());
        let error = bearer(&keeper).await.unwrap_err();
        assert_eq!(
            (failure(&error), AuthError::of(&error).unwrap().subject()),
            (AuthFailure::BadFile, Some("the shelf"))
        );
        assert_eq!(world.asked(), 0);
        assert_eq!(world.shelf.change(|kept| kept.text.clone().unwrap()), text);
        let keeper = world.keeper();
        keeper.adopt(document(&json!({"access_token": "a9", "expires_in": LIFE}))).await.unwrap();
        assert_eq!(world.shelf.token()["access_token"], "a9");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_needs_no_user_puts_another_token_in_place_of_what_is_none() {
    for text in ["", "{broken", "[]"] {
        let world = World::new();
        world.shelf.change(|kept| kept.text = Some(text.into()));
        assert_eq!(bearer(&world.robot()).await.unwrap(), "a1");
        assert_eq!(world.shelf.token()["access_token"], "a1");
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_from_the_storage_goes_back_there_though_it_was_spoiled_meanwhile() {
    let world = World::new().with_token(3_500);
    let keeper = world.keeper();
    keeper.ensure().await.unwrap();
    world.shelf.change(|kept| kept.text = Some("{half".into()));
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    assert_eq!(world.shelf.token()["refresh_token"], "r1");
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_cannot_be_read_is_the_error_of_who_needs_it() {
    let world = World::new().with_token(0);
    world.shelf.change(|kept| kept.cannot_load = true);
    let error = bearer(&world.keeper()).await.unwrap_err();
    assert!(error.to_string().contains("on fire"), "{error}");
    let (_guard, warned) = warnings().await;
    let robot = world.robot();
    for _ in 0..5 {
        assert_eq!(bearer(&robot).await.unwrap(), "a1");
        pass(100).await;
    }
    assert_eq!(*warned.lock().unwrap(), ["token_load_failed", "token_not_saved"]);
    assert_eq!(world.shelf.token()["access_token"], "a0");
    world.shelf.change(|kept| (kept.cannot_load, kept.text) = (false, None));
    pass(61).await;
    bearer(&robot).await.unwrap();
    assert_eq!(world.shelf.token()["access_token"], "a1");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_saved_is_kept_told_of_once_and_saved_later() {
    let world = World::new().with_token(LIFE);
    world.shelf.change(|kept| kept.cannot_save = true);
    let (_guard, warned) = warnings().await;
    let keeper = world.keeper();
    for _ in 0..20 {
        assert_eq!(bearer(&keeper).await.unwrap(), "a1");
        pass(10).await;
    }
    assert_eq!(*warned.lock().unwrap(), ["token_not_saved"]);
    world.shelf.change(|kept| kept.cannot_save = false);
    pass(61).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    assert_eq!(world.shelf.token()["refresh_token"], "r1");
    assert_eq!((world.asked(), world.shelf.change(|kept| kept.saves)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn an_unsaved_token_gives_way_to_a_login_in_the_storage() {
    let world = World::new().with_token(LIFE);
    world.shelf.change(|kept| kept.cannot_save = true);
    let keeper = world.keeper();
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    world.shelf.put(&token("b0", Some("b"), world.now()));
    world.shelf.change(|kept| kept.cannot_save = false);
    pass(61).await;
    bearer(&keeper).await.unwrap();
    assert_eq!(bearer(&keeper).await.unwrap(), "b0");
    assert_eq!(world.shelf.token()["refresh_token"], "b");
}

#[tokio::test(start_paused = true)]
async fn an_older_token_that_turns_up_in_the_storage_is_neither_used_nor_left_there() {
    let world = World::new().with_token(LIFE);
    let keeper = world.keeper();
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    pass(3_001).await;
    world.shelf.put(&token("old", Some("r0"), world.now()));
    assert_eq!(bearer(&keeper).await.unwrap(), "a2");
    assert_eq!(world.shelf.token()["refresh_token"], "r2");
    assert!(!world.script(|script| script.revoked));
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_breaks_down_does_not_break_the_session() {
    let world = World::new().with_token(3_500);
    let keeper = world.keeper();
    keeper.ensure().await.unwrap();
    world.shelf.change(|kept| kept.panics = true);
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    world.shelf.change(|kept| kept.panics = false);
    pass(61).await;
    bearer(&keeper).await.unwrap();
    assert_eq!(world.shelf.token()["refresh_token"], "r1");

    world.shelf.change(|kept| kept.panics = true);
    let another = world.keeper();
    let error = bearer(&another).await.unwrap_err();
    assert!(error.to_string().contains("the storage of the token broke down: the shelf"), "{error}");
    world.shelf.change(|kept| kept.panics = false);
    assert_eq!(bearer(&another).await.unwrap(), "a1");
}

/// The clock of the test stands still while a thread is blocked: it is put on by hand.
#[tokio::test(start_paused = true)]
async fn a_storage_that_hangs_is_waited_for_ten_seconds_and_then_done_without() {
    let world = World::new().with_token(LIFE);
    let gate = Arc::new(AtomicBool::new(false));
    let keeper = world.keeper();
    keeper.ensure().await.unwrap();
    pass(LIFE).await;
    world.shelf.change(|kept| kept.gate = Some(Arc::clone(&gate)));
    let mut requests = JoinSet::new();
    requests.spawn({
        let keeper = keeper.clone();
        async move { bearer(&keeper).await }
    });
    let before = Instant::now();
    let mut answer = None;
    while answer.is_none() && before.elapsed() < Duration::from_secs(60) {
        // Threads that do not hang get the time that they need.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        tokio::time::advance(Duration::from_millis(100)).await;
        answer = requests.try_join_next();
    }
    let (waited, stored) = (before.elapsed(), world.shelf.token());
    gate.store(true, Ordering::Release);
    assert_eq!(answer.unwrap().unwrap().unwrap(), "a2");
    assert_eq!(stored["refresh_token"], "r1");
    // Once: nothing else is begun behind a call that hangs.
    assert!((Duration::from_secs(10)..Duration::from_secs(19)).contains(&waited), "{waited:?}");
    pass(61).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a2");
    assert_eq!(world.shelf.token()["refresh_token"], "r2");
}

#[tokio::test(start_paused = true)]
async fn a_login_that_cannot_be_saved_is_not_lost_to_the_older_token_that_is_there() {
    let world = World::new().with_token(100);
    world.shelf.change(|kept| kept.cannot_save = true);
    let keeper = world.keeper();
    let login = json!({"access_token": "new", "refresh_token": "n", "expires_in": LIFE});
    keeper.adopt(document(&login)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(bearer(&keeper).await.unwrap(), "new");
        pass(2).await;
    }
    world.shelf.change(|kept| kept.cannot_save = false);
    pass(60).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "new");
    pass(1).await;
    assert_eq!(world.shelf.token()["access_token"], "new");
    assert_eq!(world.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_logs_out_hears_of_a_token_that_cannot_be_removed() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    world.shelf.change(|kept| kept.cannot_save = true);
    assert_eq!(keeper.forget().await.unwrap_err().kind(), ErrorKind::File);
    world.shelf.change(|kept| kept.cannot_save = false);
    keeper.forget().await.unwrap();
    assert!(!keeper.is_initialized());
}

#[tokio::test(start_paused = true)]
async fn what_another_tool_is_just_writing_is_read_when_it_is_whole() {
    for age in [0, LIFE] {
        let world = World::new().with_token(age);
        let (new, ours) = (world.keeper(), world.keeper());
        if age == 0 {
            bearer(&ours).await.unwrap();
            pass(LIFE).await;
        }
        world.shelf.change(|kept| kept.text = Some("{\"access_token\":\"b".into()));
        let whole = async {
            sleep(Duration::from_millis(50)).await;
            world.shelf.put(&token("b0", Some("b"), world.now()));
        };
        let (one, other, ()) = tokio::join!(bearer(&new), bearer(&ours), whole);
        assert_eq!((one.unwrap().as_str(), other.unwrap().as_str()), ("b0", "b0"));
        assert_eq!(world.asked(), 0, "a refresh token was used that another tool had exchanged");
    }
}
