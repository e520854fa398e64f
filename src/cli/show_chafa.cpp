#include <chafa.h>
#include <glib.h>

#include <algorithm>
#include <memory>

#include "show.h"
#include "terminal.h"

namespace pixazo::cli {
namespace {

struct Unref {
  void operator()(ChafaTermInfo* p) const { chafa_term_info_unref(p); }
  void operator()(ChafaSymbolMap* p) const { chafa_symbol_map_unref(p); }
  void operator()(ChafaCanvasConfig* p) const { chafa_canvas_config_unref(p); }
  void operator()(ChafaCanvas* p) const { chafa_canvas_unref(p); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

ChafaTermInfo* Detect() {
  gchar** environment = g_get_environ();
  ChafaTermInfo* info = chafa_term_db_detect(chafa_term_db_get_default(), environment);
  g_strfreev(environment);
  return info;
}

ChafaPixelMode PixelMode(ChafaTermInfo* info, const std::string& how) {
  const bool automatic = how == "auto";
  if (how == "kitty" ||
      (automatic && chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1)))
    return CHAFA_PIXEL_MODE_KITTY;
  if (how == "sixel" || (automatic && chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_SIXELS)))
    return CHAFA_PIXEL_MODE_SIXELS;
  return CHAFA_PIXEL_MODE_SYMBOLS;
}

ChafaCanvasMode CanvasMode(ChafaTermInfo* info) {
  const char* color = g_getenv("COLORTERM");
  const bool true_color = color && (g_str_equal(color, "truecolor") || g_str_equal(color, "24bit"));
  if (true_color || chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT))
    return CHAFA_CANVAS_MODE_TRUECOLOR;
  if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_SET_COLOR_FGBG_256)) return CHAFA_CANVAS_MODE_INDEXED_240;
  return CHAFA_CANVAS_MODE_INDEXED_16;
}

}  // namespace

bool CanShow() { return true; }
std::string ShowFeature() {
  return ", libchafa " + std::to_string(CHAFA_MAJOR_VERSION) + "." + std::to_string(CHAFA_MINOR_VERSION) +
         "." + std::to_string(CHAFA_MICRO_VERSION);
}

std::string Draw(const Image& image, const std::string& how, int columns, int rows) {
  const Ref<ChafaTermInfo> info(Detect());
  const Ref<ChafaTermInfo> fallback(chafa_term_db_get_fallback_info(chafa_term_db_get_default()));
  chafa_term_info_supplement(info.get(),
                             fallback.get());  // what was asked for by name can be written anywhere
  const Size size = SizeOf(stdout);
  const bool known = size.pixel_width > 0 && size.pixel_height > 0 && size.columns > 0 && size.rows > 0;
  const int cell_width = known ? size.pixel_width / size.columns : 8;
  const int cell_height = known ? size.pixel_height / size.rows : 16;
  int width = columns, height = rows;
  chafa_calc_canvas_geometry(image.width, image.height, &width, &height,
                             static_cast<float>(cell_width) / static_cast<float>(std::max(1, cell_height)),
                             FALSE, FALSE);
  const Ref<ChafaSymbolMap> symbols(chafa_symbol_map_new());
  chafa_symbol_map_add_by_tags(symbols.get(),
                               static_cast<ChafaSymbolTags>(CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_VHALF));
  const Ref<ChafaCanvasConfig> config(chafa_canvas_config_new());
  chafa_canvas_config_set_geometry(config.get(), width, height);
  chafa_canvas_config_set_cell_geometry(config.get(), cell_width, cell_height);
  chafa_canvas_config_set_symbol_map(config.get(), symbols.get());
  chafa_canvas_config_set_pixel_mode(config.get(), PixelMode(info.get(), how));
  chafa_canvas_config_set_canvas_mode(config.get(), CanvasMode(info.get()));
  chafa_canvas_config_set_color_space(config.get(), CHAFA_COLOR_SPACE_DIN99D);
  const Ref<ChafaCanvas> canvas(chafa_canvas_new(config.get()));
  chafa_canvas_draw_all_pixels(canvas.get(), CHAFA_PIXEL_RGBA8_UNASSOCIATED, image.rgba.data(), image.width,
                               image.height, image.width * 4);
  GString* text = chafa_canvas_print(canvas.get(), info.get());
  std::string out(text->str, text->len);
  g_string_free(text, TRUE);
  return out;
}

}  // namespace pixazo::cli
