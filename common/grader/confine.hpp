// What holds for a worker's process from its beginning; the launcher takes away the rest (launcher/confinement.hpp).
#pragma once
#include <cstddef>

namespace cnn::grader {

// Between fork and exec (async-signal-safe calls only): its own process group, death with its judge, no core files, no
// large files, few descriptors, bounded CPU time (0: unbounded) and, unless a sanitizer needs it, bounded address
// space.
void limit_resources(std::size_t address_space_bytes, unsigned cpu_seconds);

}  // namespace cnn::grader
