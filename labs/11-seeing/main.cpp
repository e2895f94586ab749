// Lab 11 as a program: a trained network's filters, maps and units, and what in an image decides about its answer.
#include <fmt/format.h>
#include <tbb/global_control.h>

#include <cstdio>
#include <filesystem>

#include "data/load.hpp"
#include "image/files.hpp"
#include "nn/evaluation.hpp"
#include "nn/loan.hpp"
#include "nn/progress.hpp"
#include "nn/trainer.hpp"
#include "program/album.hpp"
#include "program/program.hpp"
#include "views.hpp"

namespace cnn::lab11 {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path picture, weights, output = "runs/11-seeing", own_operators;
    std::vector<std::string> passed;
    std::vector<Index> unit;  // stage, map
    Index index = 4, images = 10000, cover = 9;
    AscentOptions ascent{.steps = 200, .rate = 0.5f, .decay = 0.02f, .blur_every = 4};
    std::string scale = "own";
    bool train = false;
    int epochs = 6, threads = 0;
    std::uint32_t seed = 1;
};

// A picture of the user's, which must be what the network was trained on.
Tensor read_picture(const fs::path& path) {
    const Image picture = read_image(path);
    if (picture.height != side || picture.width != side)
        fail_data("{}: {} × {} pixels; the network looks at images of {} × {}, bright on black", path.string(),
                  picture.height, picture.width, side, side);
    Tensor x = to_tensor(to_gray(picture));
    for (float& value : x.values()) value = (value - of_training_images.mean[0]) / of_training_images.deviation[0];
    return x;
}

// The first image of every class, in the order of the classes.
std::vector<Index> one_of_each(const data::Dataset& images) {
    std::vector<Index> indices;
    for (Index label = 0; label < images.classes(); ++label) {
        const auto found = std::ranges::find(images.labels, static_cast<std::int32_t>(label));
        if (found != images.labels.end()) indices.push_back(found - images.labels.begin());
    }
    return indices;
}

Network train(const Options& options) {
    const data::Dataset training = data::load_images("fashion-mnist", data::Split::train),
                        test = data::load_images("fashion-mnist", data::Split::test);
    Network network = with_stages(three_stages(), build(three_stages()));
    Engine engine(options.seed);
    network.layers.initialize(engine, nn::Initialization::he);
    nn::TrainOptions how{.epochs = options.epochs, .momentum = 0.9f, .weight_decay = 5e-4f};
    how.schedule = nn::warm_up(0.5, nn::cosine(0.05, options.epochs));
    nn::ProgressLine progress(terminal::standard_output());
    const nn::TrainResult result = nn::train(
        network.layers, nn::softmax_cross_entropy(),
        data::Batches(training, {.size = 64, .seed = options.seed, .normalization = of_training_images}),
        data::Batches(test, {.size = 250, .shuffle = false, .normalization = of_training_images}), how, progress);
    if (result.interrupted) fail_data("interrupted: nothing was saved");
    const fs::path path = options.output / "seen.safetensors";
    nn::save_weights(network.layers, path);
    fmt::print("  {}\n", path.string());
    return with_stages(network.plan, std::move(network.layers));
}

void install_own_operators(const Options& options) {
    if (options.own_operators.empty()) return;
    constexpr std::array used{"conv2d_forward", "conv2d_backward_input", "max_pool_forward", "max_pool_backward",
                              "dense_forward",  "dense_backward_input",  "relu_forward",     "relu_backward"};
    for (const nn::Loan& loan : nn::install_own_operators(nn::operators(), options.own_operators,
                                                          {options.passed.begin(), options.passed.end()}))
        if (std::ranges::find(used, loan.name) != used.end())
            fmt::print("  {:<24}{:<9}  {}\n", loan.name, loan.own ? "yours" : "on loan", loan.reason);
}

// Everything there is to see, one task after the other; what is not written yet is left out.
class Tour {
public:
    Tour(const Options& options, Network network, const data::Dataset& images)
        : options_(options),
          network_(std::move(network)),
          images_(images),
          batches_(images, {.normalization = of_training_images}) {}

    void look_at(const Tensor& x) {
        show("filters.png", "pictures of filters", [&] { return filters_view(network_); });
        show("maps.png", "pictures of feature maps",
             [&] { return maps_view(network_, x, options_.scale == "own" ? Scale::own : Scale::shared); });
        show("unpooling.png", "unpooled map", [&] { return unpooling_view(network_, x, 0); });
        show("transposed.png", "transposed convolution", [&] { return transposed_view(); });
    }
    void units() {
        program::attempt("units and their images", [&] {
            const auto hits =
                strongest_images(network_.stages, batches_, std::min(options_.images, images_.count()), 9);
            for (std::size_t stage = 1; stage <= hits.size(); ++stage) show_units(stage, hits[stage - 1]);
            return true;
        });
    }
    void occlusion() {
        const Window cover{.size = options_.cover, .padding = options_.cover / 2};
        show("occlusion.png", "occlusion map", [&] {
            std::vector<Tile> pictures;
            for (const Index index : one_of_each(images_)) {
                const std::vector<Index> one{index};
                const data::Batch batch = batches_.gather(one);
                for (Tile& tile :
                     occlusion_tiles(network_, batch.x, batch.labels[0], images_.class_name(batch.labels[0]), cover, 6))
                    pictures.push_back(std::move(tile));
            }
            return stack({{tiles(pictures, {.columns = 8, .gap = 10, .text_scale = 2}), ""},
                          {colour_bar("probability of its class: 0 %", "100 %", viridis), ""},
                          {legend(images_.class_names), ""}});
        });
    }
    void ascent() {
        program::attempt("gradient ascent", [&] {
            const AscentView view = ascent_view(network_, images_.class_names, options_.ascent, options_.seed);
            program::write(options_.output, "classes.png", view.picture);
            program::write(options_.output, "scores.png", view.scores);
            return true;
        });
    }
    void saliency() {
        show("saliency.png", "saliency map",
             [&] { return saliency_view(network_, batches_.gather(one_of_each(images_)), images_.class_names); });
    }

private:
    template <class F>
    void show(const std::string& name, const char* what, const F& make) {
        if (const auto picture = program::attempt(what, make)) program::write(options_.output, name, *picture);
    }
    void show_units(std::size_t stage, const std::vector<std::vector<Hit>>& hits) {
        const bool is_one = !options_.unit.empty();
        if (is_one && static_cast<std::size_t>(options_.unit[0]) != stage) return;
        std::vector<Index> maps;
        for (Index k = 0; k < std::ssize(hits); ++k)
            if (is_one ? k == options_.unit[1] : !hits[static_cast<std::size_t>(k)].empty() && maps.size() < 8)
                maps.push_back(k);
        if (maps.empty() || hits[static_cast<std::size_t>(maps[0])].empty())
            return program::say_missing("picture of it", fmt::format("stage {}: silent for all images", stage));
        program::write(options_.output, is_one ? "unit.png" : fmt::format("units-{}.png", stage),
                       units_view(network_, stage, maps, hits, batches_, is_one ? 1 : 2));
    }

    const Options& options_;
    Network network_;
    const data::Dataset& images_;
    data::Batches batches_;
};

void check_unit(const Options& options, const std::vector<StagePlan>& stages) {
    if (options.unit.empty()) return;
    const Index stage = options.unit[0], map = options.unit[1], count = std::ssize(stages);
    if (stage < 1 || stage > count) fail_data("--unit {},{}: this network has the stages 1 to {}", stage, map, count);
    const Index maps = stages[static_cast<std::size_t>(stage - 1)].filters;
    if (map < 0 || map >= maps) fail_data("--unit {0},{1}: stage {0} has the maps 0 to {2}", stage, map, maps - 1);
}

// A network with fewer stages would leave some of the one before it.
void remove_pictures_of_stages(const fs::path& folder) {
    std::vector<fs::path> old;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (const std::string name = entry.path().filename().string();
            entry.is_regular_file() && name.starts_with("units-") && name.ends_with(".png"))
            old.push_back(entry.path());
    for (const fs::path& picture : old) fs::remove(picture);
}

int run(const Options& options) {
    // What can be wrong with the input is known before anything is written.
    const data::Dataset images = data::load_images("fashion-mnist", data::Split::test);
    if (options.index >= images.count())
        fail_data("--index {}: the test images are numbered from 0 to {}", options.index, images.count() - 1);
    const std::vector<Index> index{options.index};
    const Tensor x = options.picture.empty()
                         ? data::Batches(images, {.normalization = of_training_images}).gather(index).x
                         : read_picture(options.picture);
    std::optional<Network> network;
    if (!options.train) network = read_network(options.weights);
    check_unit(options, network ? network->plan.stages : three_stages().stages);
    program::make_folder(options.output);
    if (options.unit.empty()) remove_pictures_of_stages(options.output);
    if (images.is_fallback) {
        fmt::print("{}\n", images.source);
        if (!options.train) fmt::print("The network has only ever seen clothes: --train trains one on these images.\n");
    }
    if (!network) network = train(options);
    install_own_operators(options);
    fmt::print("{}, {}; {}\n", network->plan.name, options.train ? "just trained" : options.weights.string(),
               options.picture.empty()
                   ? fmt::format("image {} of {}: {}", options.index, images.name,
                                 images.class_name(images.labels[static_cast<std::size_t>(options.index)]))
                   : options.picture.string());
    Tour tour(options, std::move(*network), images);
    if (options.unit.empty()) tour.look_at(x);
    tour.units();
    if (!options.unit.empty()) return 0;
    tour.occlusion();
    tour.ascent();
    tour.saliency();
    return 0;
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("picture", options.picture, "a picture of 28 × 28 pixels instead of a test image");
    app.add_option("--index", options.index, "which test image of Fashion-MNIST")
        ->check(CLI::Range(0, 9999))
        ->capture_default_str();
    app.add_option("--weights", options.weights,
                   "a network that this lab or lab 10 trained (default: labs/11-seeing/seen.safetensors)");
    app.add_flag("--train", options.train, "train a new one first: under a minute")->excludes("--weights");
    app.add_option("--epochs", options.epochs, "with --train")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--seed", options.seed,
                   "of the first weights and the order of the images (--train), of the noise that ascent starts from")
        ->capture_default_str();
    app.add_option("--unit", options.unit, "STAGE,MAP: the strongest images of this map alone, larger")
        ->delimiter(',')
        ->expected(2)
        ->allow_extra_args(false);
    app.add_option("--scale", options.scale, "of feature maps: own or shared")
        ->check(CLI::IsMember({"own", "shared"}))
        ->capture_default_str();
    app.add_option("--images", options.images, "how many test images are searched for a map's strongest")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--cover", options.cover, "side of the square that hides a part of the image")
        ->check(CLI::Range(1, 27))
        ->capture_default_str();
    app.add_option("--steps", options.ascent.steps, "of gradient ascent")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    app.add_option("--rate", options.ascent.rate, "of gradient ascent")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    app.add_option("--decay", options.ascent.decay, "of gradient ascent")
        ->check(CLI::Range(0.0, 10.0))
        ->capture_default_str();
    app.add_option("--blur-every", options.ascent.blur_every, "steps of gradient ascent; 0: never")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    app.add_option("--threads", options.threads, "how many threads compute (all)")->check(CLI::Range(1, 1024));
    app.add_option("--output", options.output, "folder for the pictures")->capture_default_str();
    app.add_option("--own-operators", options.own_operators, "folder of your labs' libraries (./lab run 11 --mine)");
    app.add_option("--passed", options.passed, "tasks you have passed: 4.4,5.2")
        ->delimiter(',')
        ->allow_extra_args(false);
}

}  // namespace
}  // namespace cnn::lab11

int main(int argc, char** argv) {
    cnn::lab11::Options options;
    CLI::App app("Lab 11: the filters, maps and units of a trained network, and what its answers depend on.");
    app.footer("Example: ./lab run 11 -- --unit 3,5");
    cnn::lab11::add_options(app, options);
    return cnn::program::run(app, argc, argv, [&] {
        if (options.weights.empty()) options.weights = CNN_SOURCE_DIR "/labs/11-seeing/seen.safetensors";
        std::optional<tbb::global_control> limit;
        if (options.threads > 0)
            limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(options.threads));
        return cnn::lab11::run(options);
    });
}
