// lab doctor: what this machine has, what it lacks, and the line that installs it.
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "cli/files.hpp"
#include "cli/machine_trouble.hpp"
#include "cli/packages.hpp"
#include "cli/process.hpp"
#include "cli/verbs/verbs.hpp"
#include "data/load.hpp"
#include "tensor/cores.hpp"
#include "terminal/text.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t needed_bytes = std::uintmax_t{1} << 30;

// Versions of installed packages by name; nothing where dpkg does not run.
std::map<std::string, std::string> installed_versions(const std::vector<Package>& packages) {
    Command query{{"dpkg-query", "-W", "-f=${Package} ${Version} ${db:Status-Status}\n"}};
    for (const Package& package : packages) query.words.push_back(package.name);
    std::istringstream lines(run_captured(query).text);
    std::map<std::string, std::string> versions;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name, version, status;
        if (words >> name >> version >> status; status == "installed") versions[name] = version;
    }
    return versions;
}

class Doctor {
public:
    explicit Doctor(const Console& console) : console_(console) {}

    void packages() {
        const std::vector<Package> all = read_packages(console_.tree);
        if (run_captured({{"dpkg-query", "--version"}}).code != 0) {
            line(true, "packages", "not Debian", "this program was built, so what is required is here");
            return;
        }
        const auto versions = installed_versions(all);
        std::vector<std::string> missing;
        for (const Package& package : all) {
            const auto found = versions.find(package.name);
            if (found == versions.end()) missing.push_back(package.name);
            line(found != versions.end(), package.name, found != versions.end() ? found->second : "missing",
                 package.purpose, package.required);
        }
        if (!missing.empty())
            remedies_.push_back(fmt::format("{}apt-get install --no-install-recommends {}",
                                            geteuid() == 0 ? "" : "sudo ", fmt::join(missing, " ")));
    }

    void data() {
        for (const fs::path& folder : cnn::data::data_folders("fashion-mnist"))
            if (fs::exists(folder) && !fs::is_empty(folder))
                return line(true, "fashion-mnist", "found", folder.string());
        line(false, "fashion-mnist", "missing", "drawn digits stand in for it", false);
        remedies_.push_back("./lab data fetch fashion-mnist");
    }

    void machine() {
        line(true, "cores", cores_here().describe(), "used by every operator");
        std::error_code failed;
        const fs::space_info space = fs::space(console_.tree.root, failed);
        const bool enough = !failed && space.available >= needed_bytes;
        line(enough, "disk",
             failed ? failed.message() : fmt::format("{:.1f} GB free", static_cast<double>(space.available) / 1e9),
             "1 GB is enough for builds and runs");
        const bool confined = kernel_confines_files();
        line(confined, "Landlock", confined ? "found" : "missing",
             confined ? "what is judged reads no files but its own" : "what is judged can read your files", false);
        const bool writable = access(console_.tree.root.c_str(), W_OK) == 0;
        line(writable, "folder", writable ? "writable" : "read only", console_.tree.root.string());
    }

    int conclude() const {
        for (const std::string& remedy : remedies_)
            fmt::print(console_.out, "\nThis line installs what is missing:\n  {}\n", remedy);
        fmt::print(console_.out, "\n{}\n",
                   ill_       ? "Something that is needed is missing."
                   : lacking_ ? "Everything that is needed is here; what is missing makes some things nicer."
                              : "Everything is here.");
        return ill_ ? some_failed : all_passed;
    }

private:
    void line(bool good, const std::string& name, const std::string& found, const std::string& purpose,
              bool required = true) {
        ill_ |= !good && required;
        lacking_ |= !good;
        const terminal::Terminal& screen = console_.screen;
        const std::string mark = screen.unicode ? (good ? "✓" : "✗") : (good ? "ok" : "--");
        fmt::print(console_.out, "  {} {} {} {}\n",
                   good       ? screen.green(mark)
                   : required ? screen.red(mark)
                              : screen.yellow(mark),
                   terminal::pad_right(name, 22), terminal::pad_right(found, 28), screen.dim(purpose));
    }

    const Console& console_;
    std::vector<std::string> remedies_{};
    bool ill_ = false, lacking_ = false;
};

}  // namespace

int doctor(const Console& console) {
    Doctor doctor(console);
    doctor.packages();
    doctor.data();
    doctor.machine();
    return doctor.conclude();
}

}  // namespace cnn::cli
