using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>
/// Lists with cursors. They may lag: Square says that what was just written can be missing from a list for some seconds, and
/// <c>{ "do": "lag_lists", "seconds": 5 }</c> makes it so here.
/// </summary>
internal sealed class SquareLists(SquareBook book)
{
    private const string Lag = "_lag";

    public Reply SetLag(JsonObject fields)
    {
        var seconds = fields["seconds"] is JsonValue value && value.TryGetValue<int>(out var read) && read is >= 0 and <= 3600
            ? read
            : throw new ControlException("'seconds' must be a whole number from 0 to 3600.");
        book.World.Shelf.Put(Lag, Lag, new() { ["seconds"] = seconds });
        return new(200, new JsonObject { ["seconds"] = seconds });
    }

    /// <summary>One page of <paramref name="all"/>, which is newest first.</summary>
    /// <param name="name">Of the field that holds the items; a page without items has no such field.</param>
    /// <param name="ascending">The order when the request names none.</param>
    public Reply Page(Call call, string name, IEnumerable<JsonObject> all, int limitMax = 100, bool ascending = false)
    {
        var upwards = Text(call.Query, "sort_order") is { } order ? order == "ASC" : ascending;
        return Page(Text(call.Query, "cursor"), call.Query["limit"]?.ToString(), name, upwards ? all.Reverse() : all, limitMax);
    }

    /// <summary>One page of <paramref name="all"/>, as they are ordered.</summary>
    public Reply Page(string? cursor, string? limit, string name, IEnumerable<JsonObject> all, int limitMax)
    {
        var items = all.Where(IsThere).ToList();
        if (cursor is not null)
        {
            var after = items.FindIndex(one => Cursor(one) == cursor);
            if (after < 0)
                return SquareErrors.Invalid("INVALID_CURSOR", "The cursor is not one of this list.", "cursor");
            items.RemoveRange(0, after + 1);
        }
        var count = limit is null ? limitMax : Math.Clamp(int.Parse(limit, CultureInfo.InvariantCulture), 1, limitMax);
        var page = items.Take(count).ToArray();
        var answer = new JsonObject();
        if (page.Length > 0)
            answer[name] = new JsonArray([.. page]);
        if (items.Count > page.Length)
            answer["cursor"] = Cursor(page[^1]);
        return new(200, answer);
    }

    private static string Cursor(JsonObject item) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"after:{Text(item, "id")}"));

    private bool IsThere(JsonObject item) =>
        book.Find(Lag, Lag)?["seconds"]?.GetValue<int>() is not { } seconds
        || Text(item, "created_at") is not { } created
        || Time(created) <= book.Now.AddSeconds(-seconds);

    public static DateTimeOffset Time(string written) =>
        DateTimeOffset.Parse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Whether a list's filters take an object: each named field equal, and made between the two times.</summary>
    public static bool Fits(Call call, JsonObject one, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Text(call.Query, name) is { } wanted && Text(one, name) != wanted)
                return false;
        }
        return IsBetween(one, "created_at", Text(call.Query, "begin_time"), Text(call.Query, "end_time"))
            && IsBetween(one, "updated_at", Text(call.Query, "updated_at_begin_time"), Text(call.Query, "updated_at_end_time"));
    }

    public static bool IsBetween(JsonObject one, string name, string? begin, string? end) =>
        Text(one, name) is not { } at || ((begin is null || Time(at) >= Time(begin)) && (end is null || Time(at) < Time(end)));

    /// <summary>The refusal of the first of these times that is none.</summary>
    public static Reply? CheckTimes(Call call)
    {
        foreach (var name in (string[])["begin_time", "end_time", "updated_at_begin_time", "updated_at_end_time"])
        {
            if (Text(call.Query, name) is { } written && !DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
                return SquareErrors.Invalid("INVALID_TIME", $"`{written}` is not a time of RFC 3339.", name);
        }
        return null;
    }
}
