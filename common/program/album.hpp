// The files that a run leaves to look at. Nothing here stops a run for what the machine lacks: it says so and goes on.
#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <string>
#include <vector>

#include "image/files.hpp"
#include "plot/figure.hpp"

namespace cnn::program {

// Makes one file and says where it lies, or what kept it from being drawn.
inline void write(const std::filesystem::path& folder, const std::string& name, const Image& picture) {
    write_image(folder / name, picture);
    fmt::print("  {}\n", (folder / name).string());
}
inline void write(const std::filesystem::path& folder, const std::string& name, const plot::Figure& figure) {
    const plot::Problem problem = plot::draw(figure, folder / name);
    fmt::print("  {}\n", problem ? *problem : (folder / name).string());
}

// Without a folder (none could be made) nothing is written.
class Album {
public:
    explicit Album(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // write(path) makes the file, or returns or throws why not; that is printed.
    template <class Write>
    void add(const std::string& name, const Write& write) {
        if (folder_.empty()) return;
        try {
            if constexpr (std::is_void_v<decltype(write(folder_))>)
                write(folder_ / name);
            else if (const plot::Problem problem = write(folder_ / name)) {
                fmt::print("{}\n", *problem);
                return;
            }
            files_.push_back(name);
        } catch (const std::exception& error) {
            fmt::print("{}\n", error.what());
        }
    }
    void has(const std::string& name) {
        if (!folder_.empty() && std::filesystem::exists(folder_ / name)) files_.push_back(name);
    }
    // "runs/10-lenet/2026-11-22-1/{curve.png, confusion.png}"
    std::string summary() const {
        return files_.empty() ? "" : fmt::format("{}/{{{}}}", folder_.string(), fmt::join(files_, ", "));
    }

private:
    std::filesystem::path folder_;
    std::vector<std::string> files_;
};

}  // namespace cnn::program
