//! The service refuses a token before its time.

use futures_util::future::join_all;

use super::*;

/// What the session does with a 401: the headers of the replay, if there is to be one.
async fn replay(keeper: &Keeper, refused: &AuthHeaders) -> Option<Result<String>> {
    if keeper.invalidate(refused) { Some(bearer(keeper).await) } else { None }
}

#[tokio::test(start_paused = true)]
async fn another_processes_token_takes_its_place_without_a_request() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    world.shelf.put(&token("b0", Some("b"), START));
    assert_eq!(replay(&keeper, &refused).await.unwrap().unwrap(), "b0");
    assert_eq!(world.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn it_is_renewed_once_however_many_requests_were_refused() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    let replays = join_all((0..100).map(|_| replay(&keeper, &refused))).await;
    assert!(replays.into_iter().all(|token| token.unwrap().unwrap() == "a1"));
    // One that was under way for long.
    assert_eq!(replay(&keeper, &refused).await.unwrap().unwrap(), "a1");
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_came_in_its_place_and_is_refused_itself_is_left_alone_for_a_minute() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    replay(&keeper, &refused).await.unwrap().unwrap();
    let again = keeper.headers().await.unwrap();
    assert!(replay(&keeper, &again).await.is_none());
    assert_eq!(bearer(&keeper).await.unwrap(), "a1");
    pass(59).await;
    assert!(replay(&keeper, &again).await.is_none());
    pass(1).await;
    assert_eq!(replay(&keeper, &again).await.unwrap().unwrap(), "a2");
    assert_eq!(world.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_authority_that_gives_the_refused_token_again_is_not_asked_with_each_request() {
    let world = World::new();
    world.script(|script| script.repeats = true);
    let robot = world.robot();
    let refused = robot.headers().await.unwrap();
    assert_eq!(replay(&robot, &refused).await.unwrap().unwrap(), "a1");
    for _ in 0..3 {
        let again = robot.headers().await.unwrap();
        assert!(replay(&robot, &again).await.is_none());
    }
    assert_eq!(world.asked(), 2);
    pass(60).await;
    assert_eq!(replay(&robot, &refused).await.unwrap().unwrap(), "a1");
    assert_eq!(world.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_came_in_its_time_is_renewed_at_once_if_it_is_refused() {
    let world = World::new().with_token(LIFE);
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    assert_eq!(sent(&refused), "a1");
    assert_eq!(replay(&keeper, &refused).await.unwrap().unwrap(), "a2");
}

#[tokio::test(start_paused = true)]
async fn if_the_authority_is_down_the_refused_request_hears_of_it_and_others_go_on() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    world.script(|script| script.is_down = true);
    let error = replay(&keeper, &refused).await.unwrap().unwrap_err();
    assert_eq!(failure(&error), AuthFailure::Unreachable);
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
    // In the pause it is not asked again.
    replay(&keeper, &refused).await.unwrap().unwrap_err();
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_ended_elsewhere_needs_a_login() {
    let world = World::new().with_token(0);
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    world.script(|script| script.revoked = true);
    for _ in 0..3 {
        let error = replay(&keeper, &refused).await.unwrap().unwrap_err();
        assert_eq!(failure(&error), AuthFailure::LoginRequired);
    }
    assert_eq!(world.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_token_the_refused_request_is_told_to_log_in_and_others_go_on() {
    let world = World::new();
    world.shelf.put(&token("a0", None, START));
    let keeper = world.keeper();
    let refused = keeper.headers().await.unwrap();
    let error = replay(&keeper, &refused).await.unwrap().unwrap_err();
    assert_eq!(failure(&error), AuthFailure::LoginRequired);
    assert!(error.to_string().contains("refused"), "{error}");
    assert_eq!(bearer(&keeper).await.unwrap(), "a0");
}
