#include "program/photo_sets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "data/find_images.hpp"
#include "data/photo_files.hpp"
#include "data/same_photos.hpp"
#include "tensor/error.hpp"
#include "tensor/file_kind.hpp"
#include "terminal/text.hpp"

namespace cnn::program {
namespace {

namespace fs = std::filesystem;
using data::ImageFolder;

constexpr std::size_t most_listed = 20, most_named = 5;

std::string lower_name(const fs::path& folder) {
    std::string name = folder.filename().string();
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

// The folders in `folder` that bear one of these names, in the order of the names.
std::vector<fs::path> named(const fs::path& folder, std::initializer_list<const char*> names) {
    std::vector<fs::path> found;
    const auto folders = data::folders_in(folder);
    for (const char* name : names)
        std::ranges::copy_if(folders, std::back_inserter(found),
                             [&](const fs::path& one) { return lower_name(one) == name; });
    return found;
}

// A set has folders in it, or a list of its classes; a class called "train", beside "car" and "bus", has photos.
bool is_set(const fs::path& folder) {
    std::error_code ignored;
    if (fs::exists(folder / "val_annotations.txt", ignored)) return true;
    return !data::folders_in(folder).empty() && data::photos_in(folder, false).photos.empty();
}

// "cat, dog and 3 more"
std::string some_of(const std::vector<std::string>& names) {
    const std::size_t shown = std::min(names.size(), most_named);
    const std::string text =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

std::vector<std::string> lacking(const ImageFolder& one, const ImageFolder& other) {
    std::vector<std::string> names;
    std::ranges::set_difference(one.class_names, other.class_names, std::back_inserter(names));
    return names;
}

void require_same_classes(const ImageFolder& training, const ImageFolder& test) {
    std::vector<std::string> said;
    for (const auto& [one, other] : {std::pair(&training, &test), std::pair(&test, &training)})
        if (const auto names = lacking(*one, *other); !names.empty())
            said.push_back(fmt::format("{} has photos of {}, {} has none", one->folder.string(), some_of(names),
                                       other->folder.string()));
    if (!said.empty())
        fail_data("{}; both need the same classes: add photos, or take the folder away", fmt::join(said, "; "));
}

// Every fifth photo of a class is for testing.
PhotoSets deal(const ImageFolder& all) {
    PhotoSets photos{all, all, {}};
    photos.training.files.clear();
    photos.test.files.clear();
    photos.test.left_out.clear();
    std::vector<Index> seen(all.class_names.size());
    for (const data::LabelledFile& file : all.files) {
        const bool test = ++seen[static_cast<std::size_t>(file.label)] % 5 == 0;
        (test ? photos.test : photos.training).files.push_back(file);
    }
    if (photos.test.files.empty())
        fail_data("{}: too few photos to keep every fifth of a class for testing", all.folder.string());
    for (std::size_t label = 0; label < seen.size(); ++label)
        if (seen[label] < 5)
            photos.remarks.push_back(
                fmt::format("{}: fewer than five photos, none of them is kept for testing", all.class_names[label]));
    return photos;
}

PhotoSets open_sets(const fs::path& folder) {
    const auto training = named(folder, {"train", "training"}),
               tests = named(folder, {"val", "valid", "validation", "test", "testing", "test1", "eval"});
    const auto labelled = std::ranges::find_if(tests, is_set);
    if (training.empty() && labelled != tests.end())
        fail_data("{}: there is a folder {} to test on, but none called train beside it", folder.string(),
                  labelled->filename().string());
    if (training.empty() || (tests.empty() && !is_set(training.front()))) return deal(data::open_image_folder(folder));
    const ImageFolder known = data::open_image_folder(training.front());
    if (labelled != tests.end()) return {known, data::open_image_folder(*labelled), {}};
    PhotoSets photos = deal(known);
    for (const fs::path& test : tests)
        photos.remarks.push_back(
            fmt::format("{}: no folders of classes in it; every fifth photo of {} is tested instead", test.string(),
                        training.front().string()));
    return photos;
}

// Where all photos are in one of the folders, beside tables and the like (Food-101's images, what an archive unpacks
// into), that one is meant.
fs::path without_wrapping(const fs::path& folder) {
    constexpr std::size_t most_beside = 10;
    const auto inside = data::folders_in(folder);
    if (inside.empty() || inside.size() > most_beside || !data::photos_in(folder, false).photos.empty()) return folder;
    std::vector<fs::path> with_photos;
    std::ranges::copy_if(inside, std::back_inserter(with_photos),
                         [](const fs::path& one) { return !data::photos_in(one).photos.empty(); });
    if (with_photos.size() != 1) return folder;
    const fs::path& only = with_photos.front();
    const bool is_meant = lower_name(only) != "train" && is_set(only) && data::folders_in(only).size() > 1;
    return is_meant ? without_wrapping(only) : folder;
}

// Where all of a sample are something else (LFS pointers, error pages), that is told before an hour of training.
void require_pictures(const ImageFolder& images) {
    constexpr std::size_t sample = 20;
    const std::size_t step = std::max<std::size_t>(1, images.files.size() / sample);
    std::string first;
    for (std::size_t i = 0; i < images.files.size(); i += step) {
        const fs::path& path = images.files[i].path;
        std::error_code ignored;
        const auto kind = file_kind_of(path);
        if (!kind && fs::file_size(path, ignored) > 0) return;
        if (first.empty()) first = fmt::format("{} is {}", path.string(), kind ? kind->sentence() : "an empty file");
    }
    fail_data("{}: the photos are none: {}", images.folder.string(), first);
}

void leave_out_what_is_trained_on(PhotoSets& photos) {
    const auto same = data::same_photos(photos.test, photos.training);
    if (same.empty()) return;
    const auto name = [&](const ImageFolder& images, std::size_t i) { return images.files[i].path.string(); };
    const std::string example =
        fmt::format("{} is {}", name(photos.test, same.front().test), name(photos.training, same.front().training));
    if (same.size() == photos.test.files.size())
        fail_data("{}: every photo to test on is trained on as well ({}): its accuracy would say nothing",
                  photos.test.folder.string(), example);
    photos.remarks.push_back(fmt::format("{} of the photos to test on: trained on as well ({})", same.size(), example));
    for (auto one = same.rbegin(); one != same.rend(); ++one)
        photos.test.files.erase(photos.test.files.begin() + static_cast<std::ptrdiff_t>(one->test));
}

std::vector<Index> counts_of(const ImageFolder& images) {
    std::vector<Index> counts(images.class_names.size());
    for (const data::LabelledFile& file : images.files) ++counts[static_cast<std::size_t>(file.label)];
    return counts;
}

// "400 to 500", "500"
std::string span_of(const std::vector<Index>& counts) {
    const auto [least, most] = std::ranges::minmax(counts);
    return least == most ? terminal::thousands(least)
                         : fmt::format("{} to {}", terminal::thousands(least), terminal::thousands(most));
}

}  // namespace

PhotoSets open_photo_sets(const fs::path& folder) {
    PhotoSets photos;
    try {
        photos = open_sets(without_wrapping(folder));
    } catch (const DataError& error) {
        const std::string other = data::photos_in(folder).photos.empty() ? data::other_data_in(folder) : "";
        if (other.empty()) throw;
        throw DataError(fmt::format("{} ({})", error.what(), other));
    }
    require_same_classes(photos.training, photos.test);
    if (photos.training.class_names.size() < 2)
        fail_data("{}: only one class has photos, {}: there is nothing to tell apart{}{}",
                  photos.training.folder.string(), photos.training.class_names.at(0),
                  photos.training.left_out.empty() ? "" : "; left out: ", fmt::join(photos.training.left_out, "; "));
    for (const ImageFolder* images : {&photos.training, &photos.test}) {
        require_pictures(*images);
        photos.remarks.insert(photos.remarks.end(), images->left_out.begin(), images->left_out.end());
    }
    leave_out_what_is_trained_on(photos);
    return photos;
}

std::string listing(const PhotoSets& photos) {
    const auto training = counts_of(photos.training), test = counts_of(photos.test);
    const auto& names = photos.training.class_names;
    const std::string from = photos.training.folder.string(), to = photos.test.folder.string();
    std::string text =
        fmt::format("Photos of {}, tested on {}\n", from, from == to ? "every fifth of a class" : "those of " + to);
    if (names.size() > most_listed) {
        text += fmt::format("{} classes with {} photos each to train and {} to test\n", names.size(), span_of(training),
                            span_of(test));
    } else {
        int width = 5;
        for (const std::string& name : names)
            width = std::max(width, terminal::display_width(terminal::valid_utf8(name)));
        text += fmt::format("  {}{:>8}{:>8}\n", terminal::pad_right("class", width), "train", "test");
        for (std::size_t i = 0; i < names.size(); ++i)
            text += fmt::format("  {}{:>8}{:>8}\n", terminal::pad_right(terminal::valid_utf8(names[i]), width),
                                terminal::thousands(training[i]), terminal::thousands(test[i]));
    }
    for (std::size_t i = 0; i < photos.remarks.size(); ++i) {
        if (i == most_listed) {
            text += fmt::format("  left out: {} more\n", photos.remarks.size() - i);
            break;
        }
        text += fmt::format("  left out: {}\n", photos.remarks[i]);
    }
    return text;
}

void keep_of_every_class(ImageFolder& images, Index count) {
    std::vector<Index> seen(images.class_names.size());
    std::vector<std::pair<Index, std::size_t>> turns;  // a photo's place in its class, and in the list
    for (std::size_t i = 0; i < images.files.size(); ++i)
        turns.emplace_back(seen[static_cast<std::size_t>(images.files[i].label)]++, i);
    std::ranges::sort(turns);
    turns.resize(static_cast<std::size_t>(count));
    std::ranges::sort(turns, {}, &std::pair<Index, std::size_t>::second);
    std::vector<data::LabelledFile> kept;
    for (const auto& [turn, i] : turns) kept.push_back(std::move(images.files[i]));
    images.files = std::move(kept);
}

}  // namespace cnn::program
