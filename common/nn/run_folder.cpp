#include "nn/run_folder.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "tensor/error.hpp"

namespace cnn::nn {

namespace fs = std::filesystem;

fs::path new_run_folder(const fs::path& base, std::string_view lab, std::string_view date) {
    const fs::path parent = base / lab;
    std::error_code error;
    fs::create_directories(parent, error);
    if (error) fail_data("{}: the folder for runs cannot be made: {}", parent.string(), error.message());
    for (int number = 1;; ++number) {
        const fs::path folder = parent / fmt::format("{}-{}", date, number);
        // False without an error: it is there already, made by an earlier run or by one that was faster.
        if (fs::create_directory(folder, error)) return folder;
        if (error && error != std::errc::file_exists)
            fail_data("{}: the folder for this run cannot be made: {}", folder.string(), error.message());
    }
}

fs::path last_run_folder(const fs::path& base, std::string_view lab) {
    fs::path newest;
    fs::file_time_type when{};
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(base / lab, error)) {
        const auto written = entry.last_write_time(error);
        if (error || !entry.is_directory(error)) continue;
        if (newest.empty() || written > when) newest = entry.path(), when = written;
    }
    return newest;
}

std::string today() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    ::localtime_r(&now, &local);
    return fmt::format("{:04}-{:02}-{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

}  // namespace cnn::nn
