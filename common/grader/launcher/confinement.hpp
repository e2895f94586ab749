// What the launcher takes from a worker before a byte of the submission runs. Nothing here is inherited from, or can be
// replaced by, the program that is started: it is done by another program, which then becomes that one.
#pragma once

namespace cnn::grader::launcher {

enum class Held { yes, no };  // is the protection in force?

// No capabilities, now or by any program that is started later. For root as for everybody.
void drop_capabilities();

// Files, by Landlock (https://docs.kernel.org/userspace-api/landlock.html): the system's libraries, what the machine
// says about itself, /dev/null, and the `count` files in `readable` can be read; `program` and the loader can be
// started; nothing can be written, made or removed. No connections, and, on newer kernels, no signals to other
// processes.
Held confine_files(const char* program, const char* const* readable, int count);

// System calls, by seccomp: those on a list of what computing with threads needs, of this architecture only. `secret`
// is the one address at which execve accepts a path: what is started next does not know it.
Held confine_calls(const void* secret);

}  // namespace cnn::grader::launcher
