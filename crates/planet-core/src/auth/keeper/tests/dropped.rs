//! Requests are dropped, and runtimes end.

use std::pin::pin;

use super::*;

/// Polls it so many times, as often as it can go on, and drops it.
async fn poll_and_drop(future: impl Future, times: u32) {
    let mut future = pin!(future);
    for _ in 0..times {
        if futures_util::poll!(future.as_mut()).is_ready() {
            return;
        }
        // All that stands between two of its steps: threads that block, the time that the authority takes.
        sleep(Duration::from_millis(7)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_is_not_lost_wherever_the_request_is_dropped() {
    for times in 0..40 {
        let world = World::new().with_token(LIFE);
        let keeper = world.keeper();
        poll_and_drop(keeper.headers(), times).await;
        pass(2).await;
        // Whether the first poll gets as far as the authority is up to the thread that reads the storage.
        if times != 1 {
            assert_eq!(world.asked(), usize::from(times > 0), "dropped after {times} polls");
        }
        assert_eq!(bearer(&keeper).await.unwrap(), "a1");
        assert_eq!(bearer(&world.keeper()).await.unwrap(), "a1");
        assert_eq!(world.shelf.token()["refresh_token"], "r1");
        assert!(!world.shelf.change(|kept| kept.locked));
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_not_lost_either_if_the_session_itself_is_dropped() {
    let world = World::new().with_token(LIFE);
    let keeper = world.keeper();
    poll_and_drop(keeper.headers(), 2).await;
    drop(keeper);
    pass(2).await;
    assert_eq!(world.shelf.token()["refresh_token"], "r1");
}

#[tokio::test(start_paused = true)]
async fn a_login_is_saved_though_it_is_not_waited_for() {
    for times in 1..10 {
        let world = World::new();
        let keeper = world.keeper();
        let answer = json!({"access_token": "a9", "refresh_token": "r9", "expires_in": LIFE});
        poll_and_drop(keeper.adopt(document(&answer)), times).await;
        pass(1).await;
        assert_eq!(world.shelf.token()["refresh_token"], "r9", "dropped after {times} polls");
        assert_eq!(bearer(&keeper).await.unwrap(), "a9");
    }
}

#[test]
fn a_renewal_that_ended_with_its_runtime_is_begun_anew_in_another() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let (world, robot) = first.block_on(async {
        let world = World::new();
        let robot = world.robot();
        world.script(|script| script.takes = Duration::from_secs(3_600));
        poll_and_drop(robot.headers(), 3).await;
        (world, robot)
    });
    drop(first);
    world.script(|script| script.takes = Duration::ZERO);
    let token = runtime().block_on(bearer(&robot)).unwrap();
    assert!(token.starts_with('a'), "{token}");
}
