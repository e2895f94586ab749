#include "grader/launch.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "grader/shell.hpp"

namespace cnn::grader {
namespace {

namespace fs = std::filesystem;

// The names of the libraries that each of these files needs, from the words of readelf: "File: lib/libcnn-nn.so", and
// "(NEEDED)  Shared library: [libcnn-kernels.so]".
std::map<std::string, std::vector<std::string>> needed_by(const std::vector<std::string>& files) {
    std::vector<std::string> command{"readelf", "-d"};
    command.insert(command.end(), files.begin(), files.end());
    std::istringstream lines(run_program(command, true).output);
    std::map<std::string, std::vector<std::string>> needed;
    std::string file;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("File: ")) file = line.substr(6);
        const std::size_t name = line.find("Shared library: [");
        if (line.find("(NEEDED)") != line.npos && name != line.npos)
            needed[file].push_back(line.substr(name + 17, line.find(']', name) - name - 17));
    }
    return needed;
}

}  // namespace

std::vector<std::string> launch_command(const std::vector<std::string>& worker) {
    std::vector<std::string> files{worker.front()};
    for (const auto& entry : fs::directory_iterator(CNN_LIBRARIES)) files.push_back(entry.path().string());
    const auto needed = needed_by(files);

    std::vector<std::string> command{CNN_LAUNCHER}, open{worker.front()};
    std::set<std::string> seen;
    while (!open.empty()) {
        const auto found = needed.find(open.back());
        open.pop_back();
        if (found == needed.end()) continue;
        for (const std::string& name : found->second) {
            const std::string file = (fs::path(CNN_LIBRARIES) / name).string();
            if (!fs::exists(file) || !seen.insert(file).second) continue;
            command.insert(command.end(), {"--read", file});
            open.push_back(file);
        }
    }
    command.emplace_back("--");
    command.insert(command.end(), worker.begin(), worker.end());
    return command;
}

}  // namespace cnn::grader
