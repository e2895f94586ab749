#include "grader/crash_place.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>

namespace cnn::grader {
namespace {

// A path for the shell: in single quotes, with those inside spelled out.
std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::vector<std::string> lines_of(const std::string& command) {
    std::vector<std::string> lines;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    if (!pipe) return lines;
    std::array<char, 4096> line;
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get())) {
        lines.emplace_back(line.data());
        while (!lines.back().empty() && lines.back().back() == '\n') lines.back().pop_back();
    }
    return lines;
}

}  // namespace

std::string crash_place(const std::filesystem::path& executable, const std::vector<std::uint64_t>& frames) {
    std::string command = fmt::format("addr2line -f -C -i -e {} 2>/dev/null", quoted(executable.string()));
    for (const std::uint64_t frame : frames)
        if (frame > 0 && frame < (std::uint64_t{1} << 32))
            command += fmt::format(" {:#x}", frame - 1);  // a return address lies behind its call
    // Pairs of lines: the function, then file:line.
    const auto lines = lines_of(command);
    for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
        const std::string& where = lines[i + 1];
        if (where.find("/labs/") == std::string::npos && where.find("/fixture/") == std::string::npos) continue;
        if (where.find("exercises.cpp") != std::string::npos) continue;
        std::string function = lines[i].substr(0, lines[i].find('('));
        function = function.substr(function.rfind(':') + 1);
        std::string place = where.substr(where.rfind('/') + 1);
        return fmt::format("{}, {}", function, place.substr(0, place.find(' ')));
    }
    return {};
}

}  // namespace cnn::grader
