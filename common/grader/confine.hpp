// What a worker gives up before it runs anybody's code.
#pragma once
#include <cstddef>

namespace cnn::grader {

// Between fork and exec (async-signal-safe calls only): its own process group, death with its judge, no core files, no
// large files, bounded CPU time (0: unbounded) and, unless a sanitizer needs it, bounded address space.
void limit_resources(std::size_t address_space_bytes, unsigned cpu_seconds);

// After exec: no new processes, no other programs, no signals to others (they fail with EPERM). An exercise needs none
// of these, and a fork bomb becomes a loop. Where the kernel cannot filter system calls, only the number of processes
// is limited. Returns whether the filter is in force.
bool refuse_new_processes();

}  // namespace cnn::grader
