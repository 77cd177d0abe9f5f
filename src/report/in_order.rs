//! Pieces of a file, made side by side and put into it in their order, each as soon as those before it are there. So nobody waits for others
//! while there is something to make.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many pieces a thread are made before all wait for one another: as many may lie in memory.
const AT_ONCE: usize = if cfg!(test) { 2 } else { 16 };

/// Makes pieces on any thread, and puts them in order on one at a time.
pub(super) fn in_order<P: Sync, T: Send, E: Send>(
    pieces: &[P],
    make: impl Fn(&P) -> Result<T, E> + Sync,
    put: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let put = Mutex::new(put);
    for some in pieces.chunks(AT_ONCE * rayon::current_num_threads()) {
        let (next, made) = (AtomicUsize::new(0), Mutex::new(Made { turn: 0, waiting: some.iter().map(|_| None).collect() }));
        some.par_iter().with_max_len(1).try_for_each(|_| {
            // Begun in their order, so that few wait for those before them.
            let place = next.fetch_add(1, Ordering::Relaxed);
            let piece = make(&some[place])?;
            locked(&made).waiting[place] = Some(piece);
            // Whoever puts goes on with this one too.
            put.try_lock().map_or(Ok(()), |mut put| put_ready(&made, &mut *put))
        })?;
        put_ready(&made, &mut *locked(&put))?;
    }
    Ok(())
}

/// Pieces that wait for their turn.
struct Made<T> {
    /// The place of the next to be put.
    turn: usize,
    waiting: Vec<Option<T>>,
}

impl<T> Made<T> {
    fn take(&mut self) -> Option<T> {
        let piece = self.waiting.get_mut(self.turn)?.take()?;
        self.turn += 1;
        Some(piece)
    }
}

/// Puts what is ready, up to the first that is not, or that fails.
fn put_ready<T, E>(made: &Mutex<Made<T>>, put: &mut impl FnMut(T) -> Result<(), E>) -> Result<(), E> {
    loop {
        let Some(piece) = locked(made).take() else { return Ok(()) };
        put(piece).inspect_err(|_| locked(made).turn = usize::MAX)?;
    }
}

/// What a thread that died left is whole.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_in_their_order_up_to_the_first_that_fails() {
        let pieces: Vec<usize> = (0..100).collect();
        for fails in [None, Some(0), Some(57), Some(99)] {
            for making in [true, false] {
                let fail = |piece: usize, here: bool| if here && fails == Some(piece) { Err(piece) } else { Ok(()) };
                let mut put = Vec::new();
                let done = in_order(
                    &pieces,
                    |piece| fail(*piece, making).map(|()| *piece),
                    |piece| fail(piece, !making).map(|()| put.push(piece)),
                );
                assert_eq!(done, fails.map_or(Ok(()), Err));
                assert!(put.len() <= fails.unwrap_or(100) && (fails.is_some() || put.len() == 100));
                assert!(put.iter().zip(&pieces).all(|(one, other)| one == other));
            }
        }
    }
}
