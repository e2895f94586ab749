#include "cli/ninja.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cli/files.hpp"
#include "cli/process.hpp"
#include "terminal/status_line.hpp"

namespace cnn::cli {

std::string without_escapes(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b' && i + 1 < text.size() && text[i + 1] == '[') {
            i = std::min(text.find_first_of("mK", i), text.size());
            continue;
        }
        result += text[i];
    }
    return result;
}

std::string Build::words() const {
    std::string all;
    for (const Failure& failure : failures) all += failure.words;
    return all.empty() ? rest : all;
}

std::string NinjaReader::read(std::string_view line) {
    if (line.starts_with('\x1e')) {
        state_ = outside;
        build_.worked = true;
        line.remove_prefix(1);
        const std::size_t end = line.find('\x1e'), slash = line.find('/');
        if (end == line.npos || slash > end) return "";
        return fmt::format("{} of {}", line.substr(0, slash), line.substr(slash + 1, end - slash - 1));
    }
    // With colours, Ninja writes "FAILED: " in red.
    const std::string plain = without_escapes(line);
    if (plain.starts_with("FAILED: ")) {
        line = std::string_view(plain).substr(8);
        // Ninja 1.12 and later put the exit code first: "[code=1] ".
        if (line.starts_with("[code=")) line.remove_prefix(line.find(' ') + 1);
        while (line.ends_with(' ')) line.remove_suffix(1);
        build_.failures.push_back({std::string(line), ""});
        state_ = command_follows;
    } else if (line.starts_with("ninja: ")) {
        state_ = outside;
        if (!line.starts_with("ninja: Entering") && !line.starts_with("ninja: no work"))
            build_.rest.append(line) += '\n';
    } else if (state_ == command_follows) {
        state_ = in_failure;
    } else if (state_ == in_failure) {
        build_.failures.back().words.append(line) += '\n';
    } else {
        build_.rest.append(line) += '\n';
    }
    return "";
}

FileLock build_lock(const Console& console) {
    return FileLock(console.tree.build / ".lock",
                    [] { fmt::print(stderr, "Waiting for another ./lab, which is building.\n"); });
}

Build build_targets(const Console& console, const std::vector<std::string>& targets, const std::string& doing,
                    bool keep_going) {
    return build_targets(console, build_lock(console), targets, doing, keep_going);
}

Build build_targets(const Console& console, const FileLock&, const std::vector<std::string>& targets,
                    const std::string& doing, bool keep_going) {
    Command ninja{{"ninja", "-C", console.tree.build.string()}};
    if (keep_going) ninja.words.insert(ninja.words.end(), {"-k", "0"});
    ninja.words.insert(ninja.words.end(), targets.begin(), targets.end());
    ninja.environment = in_english();
    ninja.environment.emplace_back("NINJA_STATUS", NinjaReader::status_format);
    // Ninja takes the colours out of the compiler's words unless it is told that somebody will see them.
    if (console.screen.colors) ninja.environment.emplace_back("CLICOLOR_FORCE", "1");

    terminal::StatusLine status(console.error_screen, console.err);
    status.show(doing);
    NinjaReader reader;
    const auto begin = std::chrono::steady_clock::now();
    const int code = run(ninja, [&](std::string_view line) {
        const std::string done = reader.read(line);
        if (!done.empty()) status.show(fmt::format("{}  {}", doing, done));
    });
    Build build = std::move(reader).build();
    build.ok = code == 0;
    build.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (code == 127) build.rest += "ninja cannot be started; ./lab doctor says what is missing.\n";
    return build;
}

void build_or_stop(const Console& console, const std::vector<std::string>& targets, const std::string& doing) {
    const Build build = build_targets(console, targets, doing);
    if (!build.ok) throw CannotWork("This part of the workbook does not build:\n" + build.words());
}

}  // namespace cnn::cli
