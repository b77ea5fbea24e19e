using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>
/// The same answer in another form, when the control command <c>answer_in</c> asks for it: XML with an element a field and an
/// <c>item</c> for each of a list, or a form with brackets. SmartGateway answers in JSON; this is for trying a caller's parser.
/// </summary>
internal static class Formats
{
    public static IReadOnlyList<string> Known { get; } = ["json", "xml", "form"];

    public static Reply In(Reply reply, string format) => (reply.Json, format) switch
    {
        (JsonObject fields, "xml") => reply with { Page = Element("order", fields).ToString(SaveOptions.DisableFormatting), PageType = "application/xml; charset=utf-8" },
        (JsonObject fields, "form") => reply with { Page = string.Join('&', Pairs("", fields)), PageType = "application/x-www-form-urlencoded" },
        _ => reply,
    };

    private static XElement Element(string name, JsonNode? node) => node switch
    {
        JsonObject fields => new(name, fields.Where(one => one.Value is not null).Select(one => Element(one.Key, one.Value))),
        JsonArray items => new(name, items.Select(one => Element("item", one))),
        _ => new(name, Written(node)),
    };

    private static IEnumerable<string> Pairs(string path, JsonNode? node) => node switch
    {
        JsonObject fields => fields.Where(one => one.Value is not null).SelectMany(one => Pairs(path.Length == 0 ? one.Key : $"{path}[{one.Key}]", one.Value)),
        JsonArray items => items.SelectMany((one, at) => Pairs($"{path}[{at}]", one)),
        _ => [$"{Uri.EscapeDataString(path)}={Uri.EscapeDataString(Written(node))}"],
    };

    private static string Written(JsonNode? node) => Text(node) ?? node?.ToJsonString() ?? "";
}
