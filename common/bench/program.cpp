#include "bench/program.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace cnn::bench {

nlohmann::json output_of(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw Error("cannot run " + command);
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t read = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), read);
    if (const int status = pclose(pipe))
        throw Error(fmt::format("{} ended with status {}", command, WEXITSTATUS(status)));
    return nlohmann::json::parse(text);
}

std::string program_beside(const std::string& name, const std::string& library, const std::string& package) {
    const auto here = this_program().parent_path() / name;
    if (!std::filesystem::exists(here))
        throw Error(
            fmt::format("there is no {}: install {} (apt-get install {}), then cmake build && ninja -C build {}",
                        here.string(), library, package, name));
    return here;
}

}  // namespace cnn::bench
