#include "cli/labs.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/files.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

Lab read_description(const fs::path& path) {
    try {
        const auto json = nlohmann::json::parse(text_of(path).value_or(""));
        Lab lab{json.at("lab"), json.at("slug"), json.at("title"), json.at("part"), json.at("max_points")};
        for (const auto& task : json.at("tasks"))
            lab.tasks.push_back({task.at("task"), task.at("title"), task.at("points"),
                                 task.value("functions", std::vector<std::string>{})});
        lab.timed = json.value("timed", false);
        return lab;
    } catch (const nlohmann::json::exception& error) {
        throw CannotWork(fmt::format("{}: not a lab's table of tasks ({}). `git checkout` brings it back.",
                                     path.string(), error.what()));
    }
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

const Task* Lab::find(const std::string& task) const {
    const auto found = std::find_if(tasks.begin(), tasks.end(), [&](const Task& t) { return t.number == task; });
    return found == tasks.end() ? nullptr : &*found;
}

std::vector<std::string> Lab::workers() const {
    std::vector<std::string> programs{"worker" + number};
    if (timed) programs.push_back("timed" + number);
    return programs;
}

std::vector<Lab> all_labs(const Tree& tree) {
    std::vector<Lab> labs;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(tree.root / "labs", none))
        if (const fs::path tasks = entry.path() / "tasks.json"; fs::exists(tasks))
            labs.push_back(read_description(tasks));
    if (labs.empty()) throw CannotWork(fmt::format("There is no lab in {}.", (tree.root / "labs").string()));
    std::ranges::sort(labs, {}, &Lab::number);
    return labs;
}

Choice choose(const std::vector<Lab>& labs, const std::string& request) {
    const std::size_t point = request.find('.');
    std::string wanted = request.substr(0, point);
    const bool is_number =
        !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [](unsigned char c) { return std::isdigit(c); });
    if (is_number && wanted.size() < 2) wanted.insert(0, "0");
    for (const Lab& lab : labs) {
        if (wanted != lab.number && wanted != lab.slug && wanted != lab.folder_name()) continue;
        if (point == std::string::npos) return {lab};
        const std::string task = lab.short_number() + request.substr(point);
        if (const Task* found = lab.find(task)) return {lab, *found};
        throw UsageError(fmt::format("There is no task {} in lab {}; its tasks are {} to {}.", task, lab.name(),
                                     lab.tasks.front().number, lab.tasks.back().number));
    }
    std::vector<std::string> known;
    for (const Lab& lab : labs) known.push_back(lab.number);
    const bool without_gaps = std::stoi(known.back()) - std::stoi(known.front()) + 1 == static_cast<int>(known.size());
    throw UsageError(fmt::format("There is no lab {}; the labs are {}. ./lab shows the map.", request.substr(0, point),
                                 without_gaps && known.size() > 2 ? fmt::format("{} to {}", known.front(), known.back())
                                                                  : fmt::format("{}", fmt::join(known, ", "))));
}

int line_of(const std::string& source, const std::string& function) {
    std::istringstream lines(source);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        // A definition begins at the left margin; what stands indented is a call.
        if (line.empty() || !is_word(line[0])) continue;
        for (std::size_t at = line.find(function + "("); at != std::string::npos;
             at = line.find(function + "(", at + 1))
            if (at > 0 && !is_word(line[at - 1]) && !line.ends_with(';')) return number;
    }
    return 0;
}

std::string place(const Tree& tree, const Lab& lab, const Task& task) {
    const std::string path = tree.shown(lab.file(tree));
    const std::string source = text_of(lab.file(tree)).value_or("");
    for (const std::string& function : task.functions)
        if (const int line = line_of(source, function)) return fmt::format("{}:{}", path, line);
    return path;
}

}  // namespace cnn::cli
