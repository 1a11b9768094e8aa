//! An allocator that counts what a thread asks for.

use super::*;

/// Counts what this thread allocates, since the counts were last set to nothing.
pub(super) struct Counting;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Memory {
    pub(super) in_all: u64,
    pub(super) held: i64,
    pub(super) at_once: i64,
}

thread_local! {
    pub(super) static MEMORY: Cell<Memory> = const { Cell::new(Memory { in_all: 0, held: 0, at_once: 0 }) };
}

/// Counts `after` bytes in place of `before`. Answers whether that may be.
pub(super) fn count(before: usize, after: usize) -> bool {
    let (more, grown) = (after.saturating_sub(before) as u64, after.cast_signed() - before.cast_signed());
    // A thread that ends counts no more.
    let memory = MEMORY.try_with(|cell| {
        let Memory { in_all, held, at_once } = cell.get();
        let held = held + grown as i64;
        cell.set(Memory { in_all: in_all + more, held, at_once: at_once.max(held) });
        cell.get()
    });
    let is_too_much = memory.is_ok_and(|memory| memory.in_all > TOO_MANY_BYTES);
    if is_too_much {
        MEMORY.set(Memory::default());
        eprintln!("mutant {} asks for {after} bytes more", MUTANT.load(Ordering::Relaxed));
    }
    !is_too_much
}

// SAFETY: all is the system's; null is what an allocator answers when it has no more.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if count(0, layout.size()) { unsafe { System.alloc(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if count(0, layout.size()) { unsafe { System.alloc_zeroed(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if count(layout.size(), size) { unsafe { System.realloc(memory, layout, size) } } else { std::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(layout.size(), 0);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
