// Starts a worker, confined:  launcher [--read FILE]… -- PROGRAM [ARGUMENT…]
//
// The judge starts this program, small and linked statically, in a process that already has the worker's limits and
// descriptors. It gives up what the worker must not have, then becomes the worker; so whatever the submission defines,
// its constructors included, comes too late to matter.
//
//   launcher --protections      prints which of the protections this kernel has, one a line
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "grader/launcher/confinement.hpp"
#include "grader/protocol.hpp"

namespace cnn::grader::launcher {
namespace {

// `text` at an address that nobody can guess.
const char* hidden(const char* text) {
    const std::size_t size = std::strlen(text) + 1;
    for (int attempt = 0; attempt < 100; ++attempt) {
        std::uint64_t number = 0;
        if (getrandom(&number, sizeof number, 0) != sizeof number) return nullptr;
        // Below 2⁴⁶: what programs use on every architecture.
        auto* wish = reinterpret_cast<void*>((number & ((std::uint64_t{1} << 46) - 1)) & ~std::uint64_t{0xffff});
        void* page = mmap(wish, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (page == MAP_FAILED) continue;
        std::memcpy(page, text, size);
        return static_cast<const char*>(page);
    }
    return nullptr;
}

// Tells the judge: this is nobody's fault who handed in a file.
int cannot_start(const char* program, const char* why) {
    char text[512];
    const int length = std::snprintf(text, sizeof text, "%s cannot be started: %s", program, why);
    const auto size =
        static_cast<std::size_t>(length) < sizeof text ? static_cast<std::size_t>(length) : sizeof text - 1;
    return write(launch_descriptor, text, size) < 0 ? 126 : 127;
}

int print_protections() {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const Held files = confine_files("/", nullptr, 0), calls = confine_calls(nullptr);
    std::printf("files %s\ncalls %s\n", files == Held::yes ? "yes" : "no", calls == Held::yes ? "yes" : "no");
    return 0;
}

int start(int count, char** words) {
    constexpr int most = 64;
    const char* readable[most];
    int readable_count = 0, at = 1;
    for (; at + 1 < count && std::strcmp(words[at], "--read") == 0 && readable_count < most; at += 2)
        readable[readable_count++] = words[at + 1];
    if (at + 1 >= count || std::strcmp(words[at], "--") != 0) {
        std::fputs("launcher [--read FILE]... -- PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    char** program = words + at + 1;
    fcntl(launch_descriptor, F_SETFD, FD_CLOEXEC);
    const char* path = hidden(program[0]);
    if (!path) return cannot_start(program[0], std::strerror(errno));

    drop_capabilities();
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    confine_files(program[0], readable, readable_count);
    confine_calls(path);
    execve(path, program, environ);
    return cannot_start(program[0], std::strerror(errno));
}

}  // namespace
}  // namespace cnn::grader::launcher

int main(int count, char** words) {
    if (count == 2 && std::strcmp(words[1], "--protections") == 0) return cnn::grader::launcher::print_protections();
    return cnn::grader::launcher::start(count, words);
}
