//! The authority fails, or says no.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_old_token_is_used_while_the_authority_is_down_and_that_is_asked_less_and_less() {
    let world = World::new().with_token(3_001);
    let keeper = world.keeper();
    world.script(|script| script.is_down = true);
    let mut asked = Vec::new();
    for second in 0..200 {
        let before = world.asked();
        assert_eq!(bearer(&keeper).await.unwrap(), "a0");
        if world.asked() > before {
            asked.push(second);
        }
        tokio::time::sleep_until(world.started + Duration::from_millis(second * 1_000 + 1_000)).await;
    }
    // An attempt takes a tenth of a second, and so the pauses of 1, 2, 4 ... 60 s begin.
    assert_eq!(asked, [0, 2, 5, 10, 19, 36, 69, 130, 191]);
    world.script(|script| script.is_down = false);
    pass(60).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_not_sent_and_the_error_is_told_again_without_asking() {
    let world = World::new().with_token(LIFE);
    let keeper = world.keeper();
    world.script(|script| script.is_down = true);
    for _ in 0..50 {
        let error = bearer(&keeper).await.unwrap_err();
        assert_eq!((error.kind(), failure(&error)), (ErrorKind::Credentials, AuthFailure::Unreachable));
        assert!(error.is_transient());
    }
    assert_eq!(world.asked(), 1);
    world.script(|script| script.is_down = false);
    pass(1).await;
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
}

#[tokio::test(start_paused = true)]
async fn in_a_pause_another_processes_token_is_found_all_the_same() {
    let world = World::new().with_token(LIFE);
    let keeper = world.keeper();
    world.script(|script| script.is_down = true);
    bearer(&keeper).await.unwrap_err();
    world.shelf.put(&token("b0", Some("b"), world.now()));
    assert_eq!(bearer(&keeper).await.unwrap(), "b0");
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_token_is_not_sent_again_until_the_storage_changes() {
    let world = World::new().with_token(3_500);
    let keeper = world.keeper();
    world.script(|script| script.refuses = Some("invalid_grant"));
    for _ in 0..100 {
        assert_eq!(bearer(&keeper).await.unwrap(), "a0");
        pass(4).await;
    }
    pass(100).await;
    let error = bearer(&keeper).await.unwrap_err();
    assert_eq!(failure(&error), AuthFailure::LoginRequired);
    assert_eq!(AuthError::of(&error).unwrap().code(), Some("invalid_grant"));
    assert!(error.to_string().contains("planet auth login"), "{error}");
    pass(1_000).await;
    bearer(&keeper).await.unwrap_err();
    assert_eq!(world.asked(), 1);
    assert_eq!(world.shelf.token(), token("a0", Some("r0"), START - 3_500));
    world.script(|script| (script.refuses, script.refresh_token) = (None, Some("b".into())));
    world.shelf.put(&token("b0", Some("b"), 0));
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
}

/// The official tools do not lock: they may have used the refresh token just before us.
#[tokio::test(start_paused = true)]
async fn what_a_tool_that_does_not_lock_wrote_meanwhile_is_taken_over() {
    for (after, issued, expected) in [(50, START, "b0"), (900, START, "b0"), (50, START - 3_500, "a1")] {
        let world = World::new().with_token(LIFE);
        world.script(|script| script.refresh_token = Some("b".into()));
        let (keeper, shelf) = (world.keeper(), world.shelf.clone());
        let written = async {
            sleep(Duration::from_millis(after)).await;
            shelf.put(&token("b0", Some("b"), issued));
            world.script(|script| script.revoked = false);
        };
        let (token, ()) = tokio::join!(bearer(&keeper), written);
        assert_eq!(token.unwrap(), expected, "{after}");
        assert_eq!(world.shelf.token()["access_token"], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_client_is_told_so_and_not_asked_about_with_each_request() {
    let world = World::new();
    let robot = world.robot();
    world.script(|script| script.refuses = Some("invalid_client"));
    for _ in 0..10 {
        assert_eq!(failure(&bearer(&robot).await.unwrap_err()), AuthFailure::ClientRejected);
    }
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_ended_before_it_comes_is_an_error_and_no_endless_round() {
    let world = World::new();
    let robot = world.robot();
    // Longer than it lives, but never so long that the authority is given up.
    world.script(|script| script.takes = Duration::from_secs(25));
    let claims = format!(r#"{{"iat":{START},"exp":{}}}"#, START + 10);
    let claims = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
    robot.adopt(document(&json!({"access_token": format!("e30.{claims}."), "expires_in": 10}))).await.unwrap();
    pass(10).await;
    assert_eq!(bearer(&robot).await.unwrap(), "a1");
    assert_eq!(world.asked(), 1);
}
