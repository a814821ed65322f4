//! A token's life: fresh, past three quarters, at its end.

use futures_util::future::join_all;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_token_in_the_storage_is_used_without_asking_the_authority() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    assert!(keeper.is_initialized());
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    assert_eq!(keeper.access_token().await.unwrap().expose(), "a0");
    assert_eq!((world.asked(), world.shelf.change(|kept| (kept.loads, kept.saves))), (0, (1, 0)));
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_is_given_at_the_first_poll() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    bearer(&keeper).await.unwrap();
    let ready = futures_util::FutureExt::now_or_never(keeper.headers());
    assert_eq!(sent(&ready.unwrap().unwrap()), "a0");
}

#[tokio::test(start_paused = true)]
async fn at_three_quarters_it_is_still_left_alone_and_a_second_later_renewed() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    bearer(&keeper).await.unwrap();
    pass(3_000).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    assert_eq!(world.asked(), 0);
    pass(1).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    assert_eq!(world.asked(), 1);
    let stored = world.shelf.token();
    assert_eq!((&stored["access_token"], &stored["refresh_token"]), (&json!("a1"), &json!("r1")));
    assert_eq!((&stored["_iat"], &stored["_exp"]), (&json!(START + 3_001), &json!(START + 7_001)));
    let form = world.script(|script| script.asked[0].clone());
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["refresh_token"], "r0");
    assert!(!form.contains_key("scope") && !form.contains_key("audience"), "{form:?}");
}

#[tokio::test(start_paused = true)]
async fn while_one_renews_it_early_the_others_use_the_old_token() {
    let world = World::new().with_token(3_500);
    let keeper = world.keeper();
    keeper.ensure().await.unwrap();
    world.script(|script| script.takes = Duration::from_secs(5));
    let all = join_all((0..100).map(|_| bearer(&keeper))).await;
    let tokens: Vec<String> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(tokens.iter().filter(|token| *token == "a1").count(), 1);
    assert_eq!(tokens.iter().filter(|token| *token == "a0").count(), 99);
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_early_renewal_that_takes_too_long_is_not_waited_for() {
    let world = World::new().with_token(3_500);
    let keeper = world.keeper();
    world.script(|script| script.takes = Duration::from_secs(20));
    let before = Instant::now();
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    assert!(before.elapsed() < Duration::from_secs(11));
    pass(15).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_requests_at_its_end_make_one_request_for_another() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    bearer(&keeper).await.unwrap();
    pass(LIFE).await;
    let all = join_all((0..1_000).map(|_| bearer(&keeper))).await;
    assert!(all.iter().all(|token| token.as_ref().unwrap() == "a1"));
    assert_eq!((world.asked(), world.shelf.change(|kept| kept.saves)), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_requests_of_many_threads_make_one_too() {
    for _ in 0..20 {
        let world = World::new().with_token(LIFE);
        world.script(|script| script.takes = Duration::from_millis(2));
        let keeper = world.keeper();
        let mut requests = tokio::task::JoinSet::new();
        for _ in 0..1_000 {
            let keeper = keeper.clone();
            requests.spawn(async move { bearer(&keeper).await.unwrap() });
        }
        assert!(requests.join_all().await.iter().all(|token| token == "a1"));
        assert_eq!(world.asked(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_in_the_very_second_of_its_end() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    bearer(&keeper).await.unwrap();
    world.script(|script| script.is_down = true);
    pass(LIFE - 1).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    pass(1).await;
    assert_eq!(failure(&bearer(&keeper).await.unwrap_err()), AuthFailure::Unreachable);
}

#[tokio::test(start_paused = true)]
async fn a_token_without_an_end_is_never_renewed() {
    let world = World::new();
    world.shelf.put(&json!({"access_token": "a0", "refresh_token": "r0"}));
    let keeper = world.keeper();
    bearer(&keeper).await.unwrap();
    pass(1_000_000).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    assert_eq!(world.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_alone_begins_a_session() {
    let world = World::new();
    world.shelf.put(&json!({"refresh_token": "r0"}));
    assert_eq!(bearer(&world.keeper()).await.unwrap(), "a1");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_is_not_replaced_stays() {
    let world = World::new().with_token(LIFE);
    world.script(|script| script.rotates = false);
    let keeper = world.keeper();
    for round in 1..4 {
        assert_eq!(bearer(&keeper).await.unwrap(), format!("a{round}"));
        assert_eq!(world.shelf.token()["refresh_token"], "r0");
        pass(LIFE).await;
    }
}

#[tokio::test(start_paused = true)]
async fn all_else_in_the_file_is_replaced() {
    let world = World::new();
    let mut old = token("a0", Some("r0"), START - 9_000);
    old["id_token"] = "old".into();
    old["extra"] = "old".into();
    world.shelf.put(&old);
    bearer(&world.keeper()).await.unwrap();
    let mut expected = token("a1", Some("r1"), START);
    expected["token_type"] = "Bearer".into();
    assert_eq!(world.shelf.token(), expected);
}

#[tokio::test(start_paused = true)]
async fn nobody_logged_in_is_an_error_that_says_what_to_run_and_nothing_is_sent() {
    for stored in [None, Some("{}"), Some(r#"{"access_token":""}"#)] {
        let world = World::new();
        world.shelf.change(|kept| kept.text = stored.map(str::to_owned));
        let keeper = world.keeper();
        assert_eq!(keeper.is_initialized(), stored.is_some());
        let error = bearer(&keeper).await.unwrap_err();
        assert_eq!(failure(&error), AuthFailure::LoginRequired, "{stored:?}");
        assert!(error.to_string().contains("planet auth login"), "{error}");
        assert_eq!(failure(&keeper.ensure().await.unwrap_err()), AuthFailure::LoginRequired);
        assert_eq!(world.asked(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_token_it_is_used_to_its_end_and_then_a_login_is_due() {
    let world = World::new();
    world.shelf.put(&token("a0", None, START - 3_500));
    let keeper = world.keeper();
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    let loads = world.shelf.change(|kept| kept.loads);
    for _ in 0..100 {
        assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    }
    assert_eq!(world.shelf.change(|kept| kept.loads), loads);
    pass(500).await;
    assert_eq!(failure(&bearer(&keeper).await.unwrap_err()), AuthFailure::LoginRequired);
    assert_eq!(world.asked(), 0);
    world.shelf.put(&token("b0", None, world.now()));
    assert_eq!(bearer(&keeper).await.unwrap(), "b0");
}

#[tokio::test(start_paused = true)]
async fn a_client_of_its_own_needs_no_login() {
    let world = World::new();
    let robot = world.robot();
    assert!(robot.is_initialized());
    robot.ensure().await.unwrap();
    assert_eq!(world.asked(), 0);
    assert_eq!(bearer(&robot).await.unwrap(), "a1");
    assert_eq!(bearer(&world.robot()).await.unwrap(), "a1");
    pass(LIFE).await;
    assert_eq!(bearer(&robot).await.unwrap(), "a2");
    assert!(world.script(|script| script.asked.iter().all(|form| form["grant_type"] == "client_credentials")));
    assert!(world.shelf.token().get("refresh_token").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_robots_refresh_token_goes_first_and_its_refusal_ends_nothing() {
    let world = World::new();
    world.shelf.put(&token("a0", Some("gone"), START - 9_000));
    assert_eq!(bearer(&world.robot()).await.unwrap(), "a1");
    let grants = world.script(|script| script.asked.iter().map(|form| form["grant_type"].clone()).collect::<Vec<_>>());
    assert_eq!(grants, ["refresh_token", "client_credentials"]);
}

#[tokio::test(start_paused = true)]
async fn ensuring_leaves_a_token_alone_that_has_not_ended_and_renews_one_that_has() {
    let world = World::new().with_token(3_999);
    let keeper = world.keeper();
    keeper.ensure().await.unwrap();
    assert_eq!(world.asked(), 0);
    pass(1).await;
    keeper.ensure().await.unwrap();
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_login_takes_the_place_of_what_was_there_and_is_saved() {
    let world = World::new();
    let keeper = world.keeper();
    assert_eq!(failure(&bearer(&keeper).await.unwrap_err()), AuthFailure::LoginRequired);
    keeper.adopt(document(&json!({"access_token": "a9", "refresh_token": "r9", "expires_in": LIFE}))).await.unwrap();
    assert_eq!(bearer(&keeper).await.unwrap(), "a9");
    assert_eq!(world.shelf.token(), token("a9", Some("r9"), START));
    assert_eq!(bearer(&world.keeper()).await.unwrap(), "a9");
}

#[tokio::test(start_paused = true)]
async fn a_logout_removes_the_token_here_and_there() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    let before = keeper.headers().await.unwrap();
    assert_eq!(keeper.refresh_token().await.unwrap().expose(), "r0");
    keeper.forget().await.unwrap();
    assert!(!keeper.is_initialized() && world.shelf.token().is_null());
    assert_eq!(failure(&bearer(&keeper).await.unwrap_err()), AuthFailure::LoginRequired);
    keeper.adopt(document(&json!({"access_token": "a9", "expires_in": LIFE}))).await.unwrap();
    assert!(keeper.headers().await.unwrap().generation() > before.generation());
}

#[tokio::test(start_paused = true)]
async fn without_a_storage_the_session_is_in_memory() {
    let world = World::new();
    let robot = world.keeper_of(Flow::ClientCredentials, None);
    for _ in 0..5 {
        assert_eq!(bearer(&robot).await.unwrap(), "a1");
        pass(10).await;
    }
    assert!(world.shelf.token().is_null());
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_ahead_of_the_authority_asks_no_more_than_one_that_is_right() {
    let mut world = World::new();
    world.skew = 1_000_000;
    let robot = world.keeper_of(Flow::ClientCredentials, None);
    for _ in 0..10 {
        bearer(&robot).await.unwrap();
        pass(100).await;
    }
    assert_eq!(world.asked(), 1);
}
