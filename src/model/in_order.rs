//! Pieces made side by side and taken in their order, each as soon as those before it are there: so nobody waits for others while there is
//! something to make. How many at a time is for whoever has them to say.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Makes pieces on any thread, and visits what was made in order, one at a time. Pieces are begun in their order, so that few wait for those
/// before them; all may lie in memory: whoever has many gives some at a time. Errors: that of a piece that cannot be made, or the
/// visitor's; nothing behind it is visited.
pub fn in_order<P: Sync, T: Send, E: Send>(
    pieces: &[P],
    make: impl Fn(&P) -> Result<T, E> + Sync,
    visit: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let visitor = Mutex::new(visit);
    let (next, ready) = (AtomicUsize::new(0), Mutex::new(Ready { turn: 0, waiting: pieces.iter().map(|_| None).collect() }));
    pieces.par_iter().with_max_len(1).try_for_each(|_| {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let made = make(&pieces[place])?;
        locked(&ready).waiting[place] = Some(made);
        // Whoever visits goes on with this one too.
        visitor.try_lock().map_or(Ok(()), |mut visit| visit_ready(&ready, &mut *visit))
    })?;
    visit_ready(&ready, &mut *locked(&visitor))
}

/// What was made and waits for its turn.
struct Ready<T> {
    /// The place of the next to be visited.
    turn: usize,
    waiting: Vec<Option<T>>,
}

impl<T> Ready<T> {
    fn take(&mut self) -> Option<T> {
        let piece = self.waiting.get_mut(self.turn)?.take()?;
        self.turn += 1;
        Some(piece)
    }
}

/// Visits what is ready, up to the first that is not, or that fails: none of those after it has its turn then.
fn visit_ready<T, E>(ready: &Mutex<Ready<T>>, visit: &mut impl FnMut(T) -> Result<(), E>) -> Result<(), E> {
    loop {
        let Some(made) = locked(ready).take() else { return Ok(()) };
        visit(made).inspect_err(|_| locked(ready).turn = usize::MAX)?;
    }
}

/// For as long as it takes to put something in or out. Whoever died holding it left it whole.
pub fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
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
