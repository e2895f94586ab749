// lab demo: the tour.
#include <fmt/format.h>

#include <algorithm>

#include "cli/files.hpp"
#include "cli/ninja.hpp"
#include "cli/process.hpp"
#include "cli/verbs/verbs.hpp"

namespace cnn::cli {

namespace fs = std::filesystem;

namespace {

// The first of the photos that come with the workbook.
fs::path shipped_photo(const Tree& tree) {
    std::vector<fs::path> photos;
    std::error_code none;
    for (const auto& entry : fs::recursive_directory_iterator(tree.root / "datasets", none)) {
        const std::string kind = entry.path().extension().string();
        if (kind == ".png" || kind == ".jpg" || kind == ".jpeg") photos.push_back(entry.path());
    }
    if (photos.empty()) throw CannotWork("There is no photo in datasets/. git checkout datasets brings them back.");
    return *std::min_element(photos.begin(), photos.end());
}

// runs/demo/20261122-134005: of its own, as long as it takes more than a second.
fs::path new_folder(const Tree& tree) {
    const fs::path folder = tree.root / "runs" / "demo" / timestamp_for_name();
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) throw CannotWork(fmt::format("{}: cannot be made ({})", folder.string(), failed.message()));
    return folder;
}

constexpr int interrupted = 130;  // by Ctrl-C, as shells count it

int stop_of_the_tour(const Console& console, const std::string& title, const Command& program) {
    fmt::print(console.out, "\n{}\n\n", console.screen.bold(title));
    const int code = run(program);
    if (code != 0 && code != interrupted)
        fmt::print(console.err, "This part of the tour failed (code {}): {}\n", code, quoted(program.words));
    return code;
}

}  // namespace

int demo(const Console& console) {
    const fs::path photo = shipped_photo(console.tree), folder = new_folder(console.tree);
    build_or_stop(console, {"lab01-reference", "lab10-reference"}, "Building the tour");
    const Command edges{
        {console.tree.binary("lab01-reference").string(), photo.string(), "--output", (folder / "edges").string()}};
    const Command training{
        {console.tree.binary("lab10-reference").string(), "--demo", "--output", (folder / "lenet").string()}};
    const int first =
        stop_of_the_tour(console, "1. Where it begins: the edges of a photo, found by hand (lab 01)", edges);
    if (first == interrupted) return interrupted;
    const int second =
        stop_of_the_tour(console, "2. Where it leads: LeNet-5 learns from small pictures (lab 10)", training);
    if (second == interrupted) return interrupted;
    fmt::print(console.out, "\n{}\n\n", console.screen.bold("3. The way there: the labs"));
    show_map(console);
    return first == 0 && second == 0 ? all_passed : some_failed;
}

}  // namespace cnn::cli
