//! Random sequences of all that can happen. A failure names its seed; `PLANET_SEED` runs it alone, `PLANET_SEEDS` more of
//! them.

use std::env;

use fastrand::Rng;

use super::*;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    /// One process, and a storage that fails. (Two of which one cannot save lose the session, whoever wrote them.)
    Storage,
    /// Two processes, and one is replaced now and then.
    Processes,
}

#[test]
fn whatever_happens_no_expired_token_is_sent_and_the_session_lives() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("PLANET_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PLANET_SEEDS").unwrap_or(300),
    };
    for seed in seeds {
        for trouble in [Trouble::Storage, Trouble::Processes] {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
            runtime.block_on(run(seed, trouble));
        }
    }
}

async fn run(seed: u64, trouble: Trouble) {
    let (world, mut rng) = (World::new().with_token(0), Rng::with_seed(seed));
    let mut keepers = vec![world.keeper()];
    if trouble == Trouble::Processes {
        keepers.push(world.keeper());
    }
    for step in 0..rng.u32(5..60) {
        let context = format!("PLANET_SEED={seed}, {trouble:?}, step {step}");
        let keeper = keepers[rng.usize(..keepers.len())].clone();
        match rng.u8(0..16) {
            0..3 => pass(rng.u64(0..5)).await,
            3 => pass(rng.u64(0..LIFE + 1_000)).await,
            4 => pass(LIFE - 1).await,
            5..9 => request(&world, &keeper, &context).await,
            // Many at once, and some are dropped.
            9..11 => {
                let requests = (0..rng.u64(2..20)).map(|_| {
                    let given_up = Duration::from_millis(rng.u64(0..300));
                    tokio::time::timeout(given_up, request(&world, &keeper, &context))
                });
                futures_util::future::join_all(requests).await;
            }
            11 => world.script(|script| script.is_down = rng.u8(0..3) == 0),
            12 => world.script(|script| script.takes = Duration::from_millis(rng.u64(0..12_000))),
            13 if let Ok(headers) = keeper.headers().await => {
                keeper.invalidate(&headers);
            }
            14 if trouble == Trouble::Storage => world.shelf.change(|kept| match rng.u8(0..6) {
                0 => kept.cannot_load = true,
                1 => kept.cannot_save = true,
                2 => kept.cannot_lock = true,
                3 => kept.locked = !kept.locked,
                _ => mend(kept),
            }),
            15 if trouble == Trouble::Processes => {
                let at = rng.usize(..keepers.len());
                keepers[at] = world.keeper();
            }
            _ => {}
        }
        assert!(!world.script(|script| script.revoked), "{context}: a refresh token was used twice");
    }
    world.script(|script| (script.is_down, script.takes) = (false, Duration::from_millis(100)));
    if trouble == Trouble::Storage {
        world.shelf.change(mend);
    }
    // What was begun ends, and so do all pauses.
    pass(120).await;
    keepers.push(world.keeper());
    for keeper in &keepers {
        if trouble == Trouble::Storage {
            // The next opportunity to save what could not be saved.
            bearer(&keepers[0]).await.ok();
        }
        pass(if trouble == Trouble::Storage { 0 } else { LIFE }).await;
        bearer(keeper)
            .await
            .unwrap_or_else(|error| panic!("PLANET_SEED={seed}, {trouble:?}: the session is lost: {error}"));
    }
    assert!(!world.script(|script| script.revoked), "PLANET_SEED={seed}, {trouble:?}");
    assert!(!world.shelf.change(|kept| kept.locked), "PLANET_SEED={seed}, {trouble:?}: the lock is held for ever");
}

fn mend(kept: &mut Kept) {
    (kept.cannot_load, kept.cannot_save, kept.cannot_lock, kept.locked) = (false, false, false, false);
}

/// A token that is sent has not ended. Errors are for the end of the test to judge.
async fn request(world: &World, keeper: &Keeper, context: &str) {
    let Ok(token) = bearer(keeper).await else { return };
    let ends = world.script(|script| script.ends.get(&token).copied());
    let ends = ends.unwrap_or(START + i64::try_from(LIFE).unwrap());
    assert!(world.now() < ends, "{context}: {token} was sent and had ended");
}
