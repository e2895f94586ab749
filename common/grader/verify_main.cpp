// lab-verify: checks every promise about every lab. `lab verify` builds what it needs and runs it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "grader/shell.hpp"
#include "grader/verify.hpp"
#include "tensor/error.hpp"
#include "tensor/file.hpp"

namespace {

namespace fs = std::filesystem;
using namespace cnn::grader;

// What the judges say about their labs.
std::vector<nlohmann::ordered_json> labs_of(const VerifyOptions& options, const std::vector<std::string>& wanted) {
    std::vector<std::string> numbers;
    for (const auto& entry : fs::directory_iterator(options.root / "labs"))
        if (const std::string number = entry.path().filename().string().substr(0, 2);
            fs::exists(options.build / "bin" / ("judge" + number)) &&
            (wanted.empty() || std::ranges::find(wanted, number) != wanted.end()))
            numbers.push_back(number);
    std::ranges::sort(numbers);
    std::vector<nlohmann::ordered_json> labs;
    for (const std::string& number : numbers) {
        const ShellResult said = run_program({(options.build / "bin" / ("judge" + number)).string(), "--describe"});
        labs.push_back(nlohmann::ordered_json::parse(said.output));
    }
    return labs;
}

int run(int argc, char** argv) {
    VerifyOptions options{.root = CNN_SOURCE_DIR, .build = CNN_BINARY_DIR, .sanitized = {}};
    std::vector<std::string> wanted;
    CLI::App app("Checks every promise about every lab.");
    app.add_option("labs", wanted, "numbers of labs, for example 04 (default: all)");
    app.add_option("--sanitized", options.sanitized, "build folder with sanitized judges, to run the references in");
    app.add_flag("--write", options.write,
                 "write skeletons and tables of tasks anew; an edited skeleton is kept under .lab/backup");
    CLI11_PARSE(app, argc, argv);

    const auto labs = labs_of(options, wanted);
    if (labs.empty()) throw cnn::Error("there is no such lab; ./lab shows the map");
    Promises promises;
    for (const auto& lab : labs) {
        const auto start = std::chrono::steady_clock::now();
        const int kept = promises.kept(), broken = promises.broken();
        verify_code(lab, options, promises);
        verify_texts(lab, options, promises);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        std::cout << fmt::format("{} {:<14} {:>4} promises kept, {} broken   {:.1f} s", lab["lab"].get<std::string>(),
                                 lab["slug"].get<std::string>(), promises.kept() - kept, promises.broken() - broken,
                                 seconds)
                  << std::endl;
    }
    if (wanted.empty()) {
        const int kept = promises.kept(), broken = promises.broken();
        std::vector<fs::path> documents{options.root / "README.md", options.root / "CONTRIBUTING.md"};
        for (const auto& entry : fs::directory_iterator(options.root / "docs"))
            if (entry.path().extension() == ".md") documents.push_back(entry.path());
        for (const fs::path& document : documents) verify_document(options.root, document, promises);
        std::cout << fmt::format("documents         {:>4} promises kept, {} broken\n", promises.kept() - kept,
                                 promises.broken() - broken);
    }
    std::cout << fmt::format("{} passed, {} failed\n", promises.kept(), promises.broken());
    return promises.broken() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "lab-verify: " << error.what() << '\n';
        return 2;
    }
}
