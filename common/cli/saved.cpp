#include "cli/saved.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "cli/keyboard.hpp"
#include "tensor/error.hpp"

namespace cnn::cli {
namespace {

// Editors save in several steps; the file is judged when this long nothing more came.
constexpr int quiet_milliseconds = 60;
// A signal may arrive just before poll() begins to wait: look again this often.
constexpr int look_again_milliseconds = 500;

}  // namespace

SavedFile::SavedFile(const std::filesystem::path& file)
    : file_(file), descriptor_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (descriptor_ < 0 ||
        inotify_add_watch(descriptor_, file.parent_path().c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
        const int reason = errno;
        if (descriptor_ >= 0) close(descriptor_);
        fail_data("{}: cannot be watched ({}); use ./lab check without --watch", file.parent_path().string(),
                  std::strerror(reason));
    }
}

SavedFile::~SavedFile() { close(descriptor_); }

bool SavedFile::read_events() const {
    alignas(inotify_event) std::array<char, 4096> block{};
    bool mine = false;
    for (ssize_t count; (count = read(descriptor_, block.data(), block.size())) > 0;)
        for (ssize_t at = 0; at < count;) {
            const auto* event = reinterpret_cast<const inotify_event*>(block.data() + at);
            mine |= (event->mask & IN_Q_OVERFLOW) != 0 || (event->len > 0 && file_.filename() == event->name);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        }
    return mine;
}

SavedFile::Happened SavedFile::wait(bool keys) {
    bool saved = false;
    for (;;) {
        if (Keyboard::interrupted()) return {Event::interrupted};
        std::array<pollfd, 2> sources{pollfd{descriptor_, POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0}};
        const bool with_keys = keys && !keys_ended_;
        const int ready = poll(sources.data(), with_keys ? 2 : 1, saved ? quiet_milliseconds : look_again_milliseconds);
        if (ready == 0 && saved) return {Event::saved};
        if (ready <= 0) continue;
        if (sources[0].revents != 0) saved |= read_events();
        if (with_keys && sources[1].revents != 0) {
            char key = 0;
            if (read(STDIN_FILENO, &key, 1) == 1) return {Event::key, key};
            keys_ended_ = true;
        }
    }
}

}  // namespace cnn::cli
