// Keeps the files of a run up to date as well as the disk allows.
#pragma once
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string>

#include "nn/observer.hpp"
#include "tensor/error.hpp"

namespace cnn::nn {

// What cannot be written is said once, and tried again the next time: training never ends for want of a file.
class Keeper {
public:
    // `folder` is made when the first file is; an empty one keeps nothing.
    Keeper(std::filesystem::path folder, Observer& observer) : folder_(std::move(folder)), observer_(observer) {}

    // Runs `write`, which may throw DataError; `what` is kept by it: "the log". Returns whether it was.
    template <class Write>
    bool keep(const std::string& what, Write write) {
        if (folder_.empty()) return false;
        std::string problem;
        try {
            make_folder();
            write();
        } catch (const DataError& error) {
            problem = error.what();
        }
        std::string& said = said_[what];
        if (!problem.empty() && problem != said)
            observer_.message(fmt::format("{}. Training goes on in memory, but {} is not kept.", problem, what));
        if (problem.empty() && !said.empty())
            observer_.message(fmt::format("{}: {} can be written again, and lacks nothing.", folder_.string(), what));
        said = problem;
        return problem.empty();
    }

private:
    void make_folder() const {
        std::error_code error;
        std::filesystem::create_directories(folder_, error);
        if (error) fail_data("{}: the folder cannot be made: {}", folder_.string(), error.message());
    }

    std::filesystem::path folder_;
    Observer& observer_;
    std::map<std::string, std::string> said_;  // the last problem with each
};

}  // namespace cnn::nn
