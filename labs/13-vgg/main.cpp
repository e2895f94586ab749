// Lab 13 as a program: a small VGG trained on small images; table 1; what a unit sees; how weights start; dense
// evaluation beside crops.
#include <algorithm>
#include <set>

#include "fields.hpp"
#include "image/files.hpp"
#include "nn/describe.hpp"
#include "program/training.hpp"
#include "starts.hpp"
#include "tensor/todo.hpp"
#include "terminal/text.hpp"

namespace cnn::lab13 {
namespace {

namespace fs = std::filesystem;
using terminal::thousands;

struct Settings {
    program::TrainingSettings training{.epochs = 0, .batch = 64, .learning_rate = 0};
    std::string what = "train", net;
    bool demo = false;
};

const std::vector<std::pair<std::string, Configuration>> configurations{
    {"A", Configuration::A}, {"A-LRN", Configuration::A_LRN}, {"B", Configuration::B},
    {"C", Configuration::C}, {"D", Configuration::D},         {"E", Configuration::E}};

program::Subject subject() {
    return {.lab = "13-vgg",
            .title = "small VGG",
            .build = small_vgg,
            .augmentation = {.mirror = true},
            .initialization = nn::Initialization::he};
}

// ---- table 1 ----

// Columns of different lengths: the blocks stand side by side, as in the paper.
std::vector<std::vector<std::string>> blocks_of(const std::vector<Line>& lines) {
    std::vector<std::vector<std::string>> blocks(1);
    for (const Line& line : lines) {
        if (line.kind == Kind::maxpool)
            blocks.emplace_back();
        else
            blocks.back().push_back(text_of(line));
    }
    blocks.pop_back();
    return blocks;
}

int show_tables() {
    constexpr int width = 11;
    std::vector<std::vector<std::vector<std::string>>> columns;
    std::string heading, weights, parameters;
    for (const auto& [name, which] : configurations) {
        const std::vector<Line> lines = column(which);
        columns.push_back(blocks_of(lines));
        Index layers = 3;
        for (const Line& line : lines) layers += line.kind == Kind::conv;
        heading += terminal::pad_right(name, width);
        weights += terminal::pad_right(fmt::format("{} layers", layers), width);
        parameters += terminal::pad_right(thousands(vgg_parameters(lines, 1000)), width + 2);
    }
    fmt::print("{}\n{}\n", heading, weights);
    const std::string rule(6 * width, '-');
    for (std::size_t block = 0; block < 5; ++block) {
        std::size_t rows = 0;
        for (const auto& blocks : columns)
            if (block < blocks.size()) rows = std::max(rows, blocks[block].size());
        fmt::print("{}\n", rule);
        for (std::size_t row = 0; row < rows; ++row) {
            std::string text;
            for (const auto& blocks : columns)
                text += terminal::pad_right(
                    block < blocks.size() && row < blocks[block].size() ? blocks[block][row] : "", width);
            fmt::print("{}\n", text.substr(0, text.find_last_not_of(' ') + 1));
        }
        fmt::print("{:>{}}\n", "maxpool", 3 * width + 4);
    }
    fmt::print("{}\n{:>{}}\n{:>{}}\n{:>{}}\n\nparameters\n{}\n", rule, "FC-4096", 3 * width + 4, "FC-4096",
               3 * width + 4, "FC-1000", 3 * width + 4, parameters);
    return 0;
}

// One of them in full size: the table of its layers.
int describe_full(const std::string& name) {
    const auto found = std::ranges::find(configurations, name, &std::pair<std::string, Configuration>::first);
    const std::vector<Line> lines = column(found->second);
    nn::Sequential network = vgg(found->second);
    const nn::Description description = nn::describe(network, {1, 3, 224, 224});
    fmt::print("{}", nn::to_string(description));
    if (const Index counted = vgg_parameters(lines, 1000); counted != description.parameters)
        fmt::print("vgg_parameters() counts {}: ./lab check 13.1\n", thousands(counted));
    return 0;
}

// ---- receptive fields ----

int show_fields(const Settings& settings) {
    std::vector<Window> windows;
    fmt::print("Configuration D: what one unit sees\n  behind         pixels    step    first pixel of unit 0\n");
    for (const Line& line : column(Configuration::D)) {
        for (const Window& window : windows_of({line})) windows.push_back(window);
        const ReceptiveField field = receptive_field(windows);
        fmt::print("  {:<12}{:>4} × {:<4}{:>6}{:>12}\n", text_of(line), field.size, field.size, field.step,
                   field.start);
    }
    windows.push_back({.size = 7});
    const ReceptiveField dense = receptive_field(windows);
    fmt::print("  {:<12}{:>4} × {:<4}{:>6}{:>12}\n\n", "FC-4096", dense.size, dense.size, dense.step, dense.start);

    const Cost stack = stack_cost(3, 3, 256, 56), one = stack_cost(1, 7, 256, 56);
    fmt::print("256 channels on maps of 56×56    sees     weights   multiply-adds\n");
    const auto row = [](const char* name, const Cost& cost) {
        fmt::print("  {:<30}{} × {}{:>12}{:>16}\n", name, cost.field, cost.field, thousands(cost.weights),
                   thousands(cost.multiply_adds));
    };
    row("three convolutions of 3×3", stack);
    row("one of 7×7", one);
    program::Album album(program::run_folder(settings.training, "13-vgg"));
    album.add("fields.png",
              [&](const fs::path& path) { write_image(path, fields_picture(30, settings.training.seed)); });
    fmt::print("{}\n", album.summary());
    return 0;
}

// ---- initialisation ----

int show_starts(const Settings& settings) {
    program::TrainingSettings training = settings.training;
    if (training.images == 0) training.images = 3000;
    if (training.learning_rate == 0) training.learning_rate = 0.02;
    if (training.epochs == 0) training.epochs = 3;
    growth({1, 1, 3, 3}, {});  // whether 13.3 is started shows before anything is read
    const program::TrainingImages images(program::image_choice(training, subject()));
    fmt::print("A stack of 30 convolutions\n");
    const plot::Figure deep = deep_figure(30, 32, training.seed);
    program::Album album(program::run_folder(training, "13-vgg"));
    album.add("variances.png", [&](const fs::path& path) { return plot::draw(deep, path); });
    fmt::print("small VGG on {}, {} images, {}, loss at the end\n", images.name(), thousands(images.training_count()),
               terminal::counted(training.epochs, "epoch"));
    const plot::Figure trained =
        training_figure([&] { return small_vgg(images.shape(), images.classes()); }, images.training(), images.name(),
                        training.epochs, training.learning_rate, training.seed);
    album.add("starts.png", [&](const fs::path& path) { return plot::draw(trained, path); });
    fmt::print("{}\n", album.summary());
    return 0;
}

// ---- dense evaluation ----

std::vector<DenseWeights> dense_layers(nn::Layer& classifier) {
    std::vector<DenseWeights> layers;
    for (const auto& [name, parameter] : classifier.parameters()) {
        if (!parameter->learned) continue;
        if (parameter->value.rank() == 2) layers.push_back({parameter->value, Tensor()});
        layers.back().b = parameter->value;
    }
    return layers;
}

float largest_difference(const Tensor& a, const Tensor& b) {
    require(a.count() == b.count(), "{} against {}", a.shape(), b.shape());
    float most = 0;
    for (Index i = 0; i < a.count(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

// The largest difference between the score map of an image of `side` and what the same layers say of its crops.
void compare_with_crops(nn::Layer& features, const std::vector<DenseWeights>& classifier, Index size,
                        const ReceptiveField& crop, Index side, std::uint32_t seed) {
    Engine engine(seed);
    const Tensor x = normal({1, 3, side, side}, engine);
    const Tensor maps = score_maps(features.forward(x), classifier, size);
    float most = 0, largest = 0;
    for (Index i = 0; i < maps.size(2); ++i)
        for (Index j = 0; j < maps.size(3); ++j) {
            Tensor part({1, 3, crop.size, crop.size});
            for (Index c = 0; c < 3; ++c)
                for (Index r = 0; r < crop.size; ++r)
                    for (Index s = 0; s < crop.size; ++s)
                        part(0, c, r, s) = x(0, c, crop.step * i + r, crop.step * j + s);
            const Tensor scores = score_maps(features.forward(part), classifier, size);
            for (Index m = 0; m < scores.size(1); ++m) {
                most = std::max(most, std::abs(maps(0, m, i, j) - scores(0, m, 0, 0)));
                largest = std::max(largest, std::abs(scores(0, m, 0, 0)));
            }
        }
    fmt::print(
        "  image {0}×{0}, crops {1}×{1} every {2}: {3}×{4} places, scores up to {5:.2f}, differ by up to {6:.2g}\n",
        side, crop.size, crop.step, maps.size(2), maps.size(3), largest, most);
}

// Three blocks of D without padding, and a dense layer over 3×3.
void compare_unpadded(std::uint32_t seed) {
    nn::Sequential features;
    std::vector<Window> windows;
    Index channels = 3;
    int block = 0;
    for (const Line& line : column(Configuration::D)) {
        if (block == 3) break;
        block += line.kind == Kind::maxpool;
        windows.push_back(line.kind == Kind::conv ? Window{.size = 3} : Window{.size = 2, .stride = 2});
        if (line.kind == Kind::maxpool) {
            features.add(nn::MaxPool2d(windows.back()));
        } else {
            features.add(nn::Conv2d(channels, line.filters / 16, windows.back())).add(nn::ReLU());
            channels = line.filters / 16;
        }
    }
    initialize(features, {.scheme = Scheme::he}, seed);
    windows.push_back({.size = 3});
    const std::vector<DenseWeights> classifier{
        {first_weights({10, channels * 9}, {.scheme = Scheme::he}, seed + 100), Tensor({10})}};
    compare_with_crops(features, classifier, 3, receptive_field(windows), 100, seed);
}

int show_dense(const Settings& settings) {
    const std::uint32_t seed = settings.training.seed;
    nn::Sequential network = vgg(Configuration::D, 10, 16);
    initialize(network, {.scheme = Scheme::he}, seed);
    network.set_training(false);
    Engine engine(seed);
    const Tensor x = normal({1, 3, 224, 224}, engine);
    fmt::print("Configuration D with a sixteenth of the filters, He's start, images of noise\n");
    fmt::print("  224×224: the score map has {} place; it differs from the dense layers by up to {:.2g}\n",
               score_maps(network[0].forward(x), dense_layers(network[3]), 7).count() / 10,
               largest_difference(score_maps(network[0].forward(x), dense_layers(network[3]), 7), network.forward(x)));
    fmt::print("Three of its blocks without padding: the map holds what sliding crops give\n");
    compare_unpadded(seed);
    fmt::print("The whole of it: a crop is padded with zeros where the large image goes on\n");
    for (const Index side : {256, 320})
        compare_with_crops(network[0], dense_layers(network[3]), 7, {224, 32, 0}, side, seed);
    return 0;
}

// ---- the program ----

// What a task that is missing keeps from being shown.
std::string waiting_for(const std::string& task, const Settings& settings) {
    if (!task.starts_with("13.")) return "it had passed, but its function is not written any more";
    if (task == "13.5") return "small_vgg() builds the network that is trained here";
    if (settings.what == "train" || settings.what == "starts") return "small_vgg(), or what it is made of, needs it";
    return fmt::format("`{}` shows what it gives", settings.what);
}

int run(const CLI::App& app, Settings settings) {
    const auto limit = program::limit_threads(settings.training);
    if (!settings.net.empty()) return describe_full(settings.net);
    if (settings.what == "tables") return show_tables();
    if (settings.what == "fields") return show_fields(settings);
    if (settings.what == "starts") return show_starts(settings);
    if (settings.what == "dense") return show_dense(settings);
    if (settings.training.epochs == 0) settings.training.epochs = 3;
    if (settings.training.learning_rate == 0) settings.training.learning_rate = 0.05;
    return program::train_and_show(app, settings.training, subject());
}

int run_or_say(const CLI::App& app, const Settings& settings) {
    try {
        return run(app, settings);
    } catch (const NotStarted& missing) {
        fmt::print(
            stderr,
            "Task {0} is not started: {1}.  ./lab start {0}   Or watch the reference: ./lab run 13 --reference\n",
            missing.task, waiting_for(missing.task, settings));
        return 1;
    }
}

}  // namespace
}  // namespace cnn::lab13

int main(int argc, char** argv) {
    cnn::lab13::Settings settings;
    CLI::App app("Lab 13: VGG on small images; table 1, receptive fields, how weights start, dense evaluation.");
    app.footer("Example: ./lab run 13 -- starts --images 3000");
    app.add_option("what", settings.what,
                   "train (the default), or tables, fields, starts or dense: what to show instead of a training")
        ->check(CLI::IsMember({"train", "tables", "fields", "starts", "dense"}))
        ->configurable(false);
    app.add_option("--net", settings.net, "print the layers of A, A-LRN, B, C, D or E in full size, and end")
        ->check(CLI::IsMember({"A", "A-LRN", "B", "C", "D", "E"}))
        ->configurable(false);
    cnn::program::add_training_options(app, settings.training);
    app.add_flag("--demo", settings.demo, "what ./lab demo shows: a training, as by default")->configurable(false);
    return cnn::program::run(app, argc, argv, [&] {
        if (!settings.training.resume.empty())
            cnn::program::add_kept_options(app, argc, argv, settings.training.resume);
        return cnn::lab13::run_or_say(app, settings);
    });
}
