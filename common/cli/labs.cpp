#include "cli/labs.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/files.hpp"
#include "cli/ninja.hpp"

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
        throw CannotWork(fmt::format("{}: not a lab's description ({}). Remove it; ./lab makes it again.",
                                     path.string(), error.what()));
    }
}

// The numbers of the folders labs/NN-topic that hold a lab. One that is being written lacks tests or known mistakes,
// and add_lab leaves it out, too.
std::vector<std::string> numbers(const Tree& tree) {
    std::vector<std::string> result;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(tree.root / "labs", none)) {
        const std::string name = entry.path().filename().string();
        const bool numbered = name.size() > 3 && std::isdigit(name[0]) && std::isdigit(name[1]) && name[2] == '-';
        if (numbered && fs::exists(entry.path() / "exercises.cpp") && fs::exists(entry.path() / "tests.cpp") &&
            fs::exists(tree.root / "solutions" / name / "mistakes.cpp"))
            result.push_back(name.substr(0, 2));
    }
    std::sort(result.begin(), result.end());
    return result;
}

bool is_current(const fs::path& description, const fs::path& exercises) {
    std::error_code none;
    return fs::exists(description) && fs::last_write_time(description, none) >= fs::last_write_time(exercises, none);
}

void describe(const Console& console, const std::vector<std::string>& lab_numbers) {
    std::vector<std::string> targets;
    for (const std::string& number : lab_numbers) {
        const fs::path description = console.tree.build / "labs" / (number + ".json");
        for (const auto& entry : fs::directory_iterator(console.tree.root / "labs"))
            if (entry.path().filename().string().starts_with(number + "-") &&
                !is_current(description, entry.path() / "exercises.cpp"))
                targets.push_back("description" + number);
    }
    if (targets.empty()) return;
    const Build build = build_targets(console, targets, "Reading the labs");
    if (!build.ok) throw CannotWork("The labs cannot be described:\n" + build.words());
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

std::vector<Lab> all_labs(const Console& console) {
    const std::vector<std::string> found = numbers(console.tree);
    describe(console, found);
    std::vector<Lab> labs;
    for (const std::string& number : found)
        labs.push_back(read_description(console.tree.build / "labs" / (number + ".json")));
    if (labs.empty()) throw CannotWork(fmt::format("There is no lab in {}.", (console.tree.root / "labs").string()));
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
