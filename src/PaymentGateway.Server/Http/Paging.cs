using System.Globalization;
using Microsoft.Extensions.Primitives;
using PaymentGateway.Database;

namespace PaymentGateway.Http;

/// <summary>A list as it is sent: newest first.</summary>
public sealed record ListView<T>(IReadOnlyList<T> Data, bool HasMore, string? NextCursor);

/// <summary>The query of a list: how many, after which id, and the filters that this list knows.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Before">Only ids before this one (ids sort by time), from <c>cursor</c>.</param>
/// <param name="IdPrefix">Of the ids in this list.</param>
public sealed record ListQuery(int Limit, string? Before, string IdPrefix, IReadOnlyDictionary<string, string> Filters)
{
    public const int LimitDefault = 20;

    public const int LimitMax = 100;

    private static readonly string[] timeFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>
    /// Reads <c>limit</c>, <c>cursor</c> and the named filters; anything else in the query is refused by name.
    /// Filters that end in From or To are times.
    /// </summary>
    public static Outcome<ListQuery> Read(HttpRequest request, string idPrefix, params string[] filters)
    {
        var faults = new Dictionary<string, List<string>>();
        var values = new Dictionary<string, string>();
        foreach (var (name, value) in request.Query)
        {
            if (name is not ("limit" or "cursor") && !filters.Contains(name))
            {
                return Refusal.Field(Errors.UnknownField, name,
                    $"is not a filter of this list; known: {string.Join(", ", ["limit", "cursor", .. filters])}");
            }

            if (value is not [{ Length: > 0 and <= 255 } one] || one.Contains('\0', StringComparison.Ordinal))
            {
                faults[name] = ["must be given once, with 1 to 255 characters"];
                continue;
            }

            values[name] = one;
            if (IsTime(name) && !TryReadTime(one, out _))
            {
                faults[name] = ["must be a time such as 2026-11-01T09:30:00Z"];
            }
        }

        if (values.TryGetValue("cursor", out var cursor) && !Id.IsValid(idPrefix, cursor))
        {
            faults["cursor"] = ["must be a nextCursor of this list"];
        }

        var limit = LimitDefault;
        if (values.TryGetValue("limit", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax))
        {
            faults["limit"] = [$"must be a whole number from 1 to {LimitMax}"];
        }

        return faults.Count > 0 ? Refusal.Fields(Errors.ValidationFailed, faults) : new ListQuery(limit, cursor, idPrefix, values);
    }

    public string? this[string filter] => Filters.GetValueOrDefault(filter);

    public DateTimeOffset? Time(string filter) => this[filter] is { } text && TryReadTime(text, out var time) ? time : null;

    /// <summary>
    /// What every list has in common: its cursor, and <c>@limit</c>, which is one row more than the page. The list adds its filters.
    /// </summary>
    /// <param name="tenant">Whose objects are listed.</param>
    /// <param name="id">The column that the list is sorted by.</param>
    public Conditions For(Tenant tenant, string id)
    {
        var conditions = new Conditions(tenant).And($"{id} < @before", Before);
        conditions.Parameters.Add("limit", Limit + 1);
        return conditions;
    }

    /// <summary>As <see cref="For(Tenant, string)"/>, with the filters <c>createdFrom</c> and <c>createdTo</c>.</summary>
    public Conditions For(Tenant tenant, string id, string createdAt) =>
        For(tenant, id).AndCreated(createdAt, id, IdPrefix, Time("createdFrom"), Time("createdTo"));

    /// <summary>Turns one row more than the limit into a page and its cursor.</summary>
    public ListView<TView> Page<TRow, TView>(IReadOnlyList<TRow> rows, Func<TRow, string> id, Func<TRow, TView> view)
    {
        var page = rows.Take(Limit).ToList();
        return new([.. page.Select(view)], rows.Count > Limit, rows.Count > Limit ? id(page[^1]) : null);
    }

    private static bool IsTime(string name) => name.EndsWith("From", StringComparison.Ordinal) || name.EndsWith("To", StringComparison.Ordinal);

    /// <summary>ISO 8601 only: the framework's own guesses take 12 for a day of this month and 11/01 for either order.</summary>
    private static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, timeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
