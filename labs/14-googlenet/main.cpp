// Lab 14 as a program: a small GoogLeNet trained on small images, with and without its auxiliary head; what modules and
// networks cost; what the four paths of a module see in a photo.
#include "figures.hpp"
#include "image/files.hpp"
#include "nn/describe.hpp"
#include "nn/progress.hpp"
#include "nn/safetensors.hpp"
#include "plot/curves.hpp"
#include "program/photo.hpp"
#include "program/training.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab14 {
namespace {

namespace fs = std::filesystem;
using terminal::thousands;

struct Settings {
    program::TrainingSettings training{.epochs = 3, .batch = 64, .photo_side = 32, .learning_rate = 0.03};
    std::string what = "train", net = "small";
    bool without_heads = false;
    fs::path photo = fs::path(CNN_SOURCE_DIR) / "datasets/photos/chelsea.jpg", weights;
};

void add_options(CLI::App& app, Settings& settings) {
    app.add_option(
           "what", settings.what,
           "train: the small network. heads: it is trained twice, with its head and without. costs: what modules "
           "and networks cost. branches: a photo through the four paths of a module")
        ->check(CLI::IsMember({"train", "heads", "costs", "branches"}))
        ->capture_default_str();
    app.add_option("--net", settings.net, "with --describe: small, 2014 or torchvision")
        ->check(CLI::IsMember({"small", "2014", "torchvision"}))
        ->capture_default_str();
    app.add_flag("--without-heads", settings.without_heads, "no auxiliary head");
    app.add_option("--photo", settings.photo, "branches: the picture to look at (a cat that ships)")
        ->check(CLI::ExistingFile)
        ->configurable(false);
    app.add_option("--weights", settings.weights,
                   "branches: weights.safetensors of a run on colour images (first weights, drawn by chance)")
        ->check(CLI::ExistingFile)
        ->configurable(false);
    program::add_training_options(app, settings.training);
}

// ---- training

// The learner's network inside a Sequential, which is what trainers take.
nn::Sequential in_a_row(nn::WithHeads network) {
    nn::Sequential row;
    row.add("", std::move(network));
    return row;
}

program::Subject subject(bool heads) {
    const auto classes_of_data = std::make_shared<Index>(10);
    return {.lab = "14-googlenet",
            .title = heads ? "small GoogLeNet" : "small GoogLeNet without its head",
            .build =
                [=](const Shape& image, Index classes) {
                    require(image[1] == image[2] && (image[1] == 28 || image[1] == 32),
                            "the small GoogLeNet is for images of 28×28 or 32×32 pixels, these have {}×{}; "
                            "photos fit with --photo-side 32",
                            image[1], image[2]);
                    *classes_of_data = classes;
                    return in_a_row(small_googlenet(image[0], image[1], classes, heads));
                },
            .loss = nn::Loss([=](const Tensor& prediction, nn::Labels labels) {
                return nn::with_heads(nn::softmax_cross_entropy(), *classes_of_data, 0.3)(prediction, labels);
            }),
            .augmentation = {.mirror = true},
            .initialization = nn::Initialization::he};
}

int train(const CLI::App& app, const Settings& settings) {
    return program::train_and_show(app, settings.training, subject(!settings.without_heads));
}

// Into a folder of its own below `folder`; goes on where that holds a checkpoint. Says what the run is.
nn::TrainResult train_one(const Settings& settings, const program::TrainingImages& images, bool heads,
                          const fs::path& folder) {
    const program::Subject one = subject(heads);
    nn::Sequential network = one.build(images.shape(), images.classes());
    fmt::print("{}, {} parameters, on {}: {} images to train\n", one.title, thousands(nn::count_parameters(network)),
               images.name(), thousands(images.training_count()));
    Engine engine(settings.training.seed);
    network.initialize(engine, one.initialization);
    const fs::path own = folder.empty() ? folder : folder / (heads ? "with-head" : "without-head");
    nn::TrainOptions options = program::train_options(settings.training, one, own);
    options.resume = !own.empty() && fs::exists(own / "checkpoint.safetensors");
    nn::ProgressLine progress(terminal::standard_output());
    return nn::train(network, one.loss, images.training(), images.test(), options, progress);
}

// The same network twice, from the same first weights and with the same batches.
int compare_heads(const CLI::App& app, const Settings& settings) {
    const std::shared_ptr<void> limit = program::limit_threads(settings.training);
    small_googlenet(1, 28, 10, true);  // whether 14.5 is started shows before anything is read
    const program::TrainingImages images(program::image_choice(settings.training, subject(true)));
    const fs::path folder = program::run_folder(settings.training, "14-googlenet");
    if (settings.training.resume.empty()) program::keep_options(app, folder);
    std::vector<plot::TrainingLog> logs;
    for (const bool heads : {true, false}) {
        const nn::TrainResult result = train_one(settings, images, heads, folder);
        if (result.interrupted) {
            program::say_how_to_go_on(app, settings.training, folder);
            return 130;
        }
        logs.push_back(program::log_of(result.epochs, heads ? "with the head" : "without"));
    }
    const std::string title = "small GoogLeNet on " + images.name();
    fmt::print("\n{}\n", plot::curves_in_terminal(logs, terminal::standard_output()));
    program::Album album(folder);
    album.add("heads.png",
              [&](const fs::path& path) { return plot::draw(plot::curves_figure(logs, {.title = title}), path); });
    for (const plot::TrainingLog& log : logs)
        fmt::print("{:<14} test accuracy {:.2f} %\n", log.name, 100 * log.test_accuracy.value.back());
    fmt::print("{}\n", album.summary());
    return 0;
}

// ---- costs

void print_table(const std::vector<ModuleCost>& costs) {
    fmt::print("{:<8}{:>36}   {:>36}\n{:<8}{:>12}{:>16}{:>8}   {:>12}{:>16}{:>8}   {:>6}\n", "", "with reduction",
               "naive", "module", "parameters", "multiply-adds", "maps", "parameters", "multiply-adds", "maps",
               "saves");
    Cost reduced{0, 0}, naive{0, 0};
    const auto line = [](const std::string& name, const Cost& less, const std::string& maps, const Cost& more,
                         const std::string& more_maps) {
        const double saved = more.multiply_adds == 0 ? 0
                                                     : 1 - static_cast<double>(less.multiply_adds) /
                                                               static_cast<double>(more.multiply_adds);
        fmt::print("{:<8}{:>12}{:>16}{:>8}   {:>12}{:>16}{:>8}   {:>4.0f} %\n", name, thousands(less.parameters),
                   thousands(less.multiply_adds), maps, thousands(more.parameters), thousands(more.multiply_adds),
                   more_maps, 100 * saved);
    };
    for (const ModuleCost& cost : costs) {
        line(cost.name, cost.reduced, std::to_string(cost.maps), cost.naive, std::to_string(cost.naive_maps));
        for (const auto& [sum, one] : {std::pair(&reduced, &cost.reduced), std::pair(&naive, &cost.naive)})
            *sum = {sum->parameters + one->parameters, sum->multiply_adds + one->multiply_adds};
    }
    line("total", reduced, "", naive, "");
}

int show_costs(const Settings& settings) {
    program::Album album(program::run_folder(settings.training, "14-googlenet"));
    program::attempt("table 1", [&] {
        const std::vector<ModuleCost> costs = module_costs(googlenet_modules());
        print_table(costs);
        album.add("costs.png", [&](const fs::path& path) { return plot::draw(costs_figure(costs), path); });
        return 0;
    });
    program::attempt("the end of the network", [] {
        const ClassifierCosts costs = classifier_costs(1024, 7, 1000);
        fmt::print("\nA dense layer behind the 1,024 maps of 7×7 pixels: {} parameters; behind their means: {}.\n",
                   thousands(costs.all_pixels.parameters), thousands(costs.means.parameters));
        return 0;
    });
    program::attempt("the networks side by side", [&] {
        nn::WithHeads network = googlenet_2014();
        const nn::Description googlenet = nn::describe(network, {1, 3, 224, 224});
        const auto millions = [](Index count) { return static_cast<double>(count) / 1e6; };
        // Labs 12 and 13 count the first three.
        const std::vector<NetworkSize> networks{
            {"AlexNet", 60.965224, 724.406816},
            {"VGG-16", 138.357544, 15470.264320},
            {"VGG-19", 143.667240, 19632.062464},
            {"GoogLeNet", millions(googlenet.parameters), millions(googlenet.multiply_adds)}};
        for (const NetworkSize& size : networks)
            fmt::print("{:<10}{:>8.1f} million parameters{:>10.0f} million multiply-adds\n", size.name, size.parameters,
                       size.multiply_adds);
        album.add("networks.png", [&](const fs::path& path) { return plot::draw(sizes_figure(networks), path); });
        return 0;
    });
    fmt::print("{}\n", album.summary());
    return 0;
}

// ---- branches

int show_branches(const Settings& settings) {
    const Image original = read_image(settings.photo);
    constexpr Index side = 300, largest_window = 3;
    program::photo_to_work_on(settings.photo, original, side, largest_window, "");
    const Image photo = to_colour(fit(original, side, side));
    nn::WithHeads network = small_googlenet(3, 32, 10, true);
    Engine engine(settings.training.seed);
    network.initialize(engine, nn::Initialization::he);
    if (!settings.weights.empty())
        if (const std::string told = nn::load_weights(network, settings.weights); !told.empty())
            fmt::print("{}\n", told);
    Tensor x = to_tensor(photo);
    for (float& v : x.values()) v = 4 * (v - 0.5f);  // about as far apart as the images it was trained on
    program::Album album(program::run_folder(settings.training, "14-googlenet"));
    album.add("branches.png", [&](const fs::path& path) { write_image(path, branches_picture(network, photo, x)); });
    fmt::print("{}\n", album.summary());
    return 0;
}

// The totals that papers give are without the heads, which are thrown away after training.
int describe(const Settings& settings) {
    const auto described = [&](bool heads) {
        nn::WithHeads network = settings.net == "2014" ? googlenet_2014(1000, heads) : googlenet(1000, heads);
        return nn::describe(network, {1, 3, 224, 224});
    };
    fmt::print("{}", nn::to_string(described(!settings.without_heads)));
    if (settings.without_heads) return 0;
    const nn::Description trunk = described(false);
    fmt::print("without the heads: {} parameters, {} multiply-adds\n", thousands(trunk.parameters),
               thousands(trunk.multiply_adds));
    return 0;
}

// What a task that is missing keeps from being shown.
std::string waiting_for(const std::string& task) {
    if (task == "14.5") return "it builds the networks";
    if (task == "14.2") return "the networks are made of its modules";
    if (task == "14.3") return "the network has such a head; --without-heads does without";
    if (!task.starts_with("14.")) return "it had passed, but its function is not written any more";
    return "the networks are made of it";
}

int run_or_say(const CLI::App& app, const Settings& settings) {
    try {
        if (settings.what == "costs") return show_costs(settings);
        if (settings.what == "branches") return show_branches(settings);
        if (settings.net != "small") {
            require(settings.training.describe,
                    "--net {} has the size of photos: it is described (--describe), not trained", settings.net);
            return describe(settings);
        }
        return settings.what == "heads" ? compare_heads(app, settings) : train(app, settings);
    } catch (const NotStarted& missing) {
        fmt::print(
            stderr,
            "Task {0} is not started: {1}.  ./lab start {0}   Or watch the reference: ./lab run 14 --reference\n",
            missing.task, waiting_for(missing.task));
        return 1;
    }
}

}  // namespace
}  // namespace cnn::lab14

int main(int argc, char** argv) {
    cnn::lab14::Settings settings;
    CLI::App app("Lab 14: a small GoogLeNet on small images; what its modules cost, and what they see.");
    app.footer("Example: ./lab run 14 -- costs");
    cnn::lab14::add_options(app, settings);
    return cnn::program::run(app, argc, argv, [&] {
        if (!settings.training.resume.empty())
            cnn::program::add_kept_options(app, argc, argv, settings.training.resume);
        return cnn::lab14::run_or_say(app, settings);
    });
}
