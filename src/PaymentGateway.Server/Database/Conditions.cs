using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace PaymentGateway.Database;

/// <summary>
/// The conditions of a search that were asked for, and no others: PostgreSQL then plans for just these, and a filter that was not sent
/// costs nothing. Conditions are texts of the code, never of a caller; what a caller sent is always a parameter.
/// </summary>
public sealed partial class Conditions
{
    private readonly StringBuilder sql = new();

    /// <summary>Begins with the parameters <c>@merchantId</c> and <c>@mode</c>, for the statement itself to name.</summary>
    public Conditions(Tenant tenant)
    {
        Parameters.Add("merchantId", tenant.MerchantId);
        Parameters.Add("mode", tenant.Mode.ToSql());
    }

    public DynamicParameters Parameters { get; } = new();

    /// <summary>To stand behind the last condition of a WHERE clause; empty when nothing was asked for.</summary>
    public string Sql => sql.ToString();

    /// <param name="condition">Names one parameter, which gets the value.</param>
    /// <param name="value">Null: not asked for.</param>
    public Conditions And(string condition, object? value)
    {
        if (value is not null)
        {
            sql.Append(" AND ").Append(condition);
            Parameters.Add(ParameterName().Match(condition).Groups[1].Value, value);
        }

        return this;
    }

    /// <summary>
    /// From a time until before another. The bounds of the ids keep the search out of all that is older and newer, so that it needs no index
    /// of times: a list is sorted by id anyway.
    /// </summary>
    /// <remarks>An id is made within the same request as the time; the minute is for the two to be taken in any order.</remarks>
    /// <param name="createdAt">The column with the merchant's time.</param>
    /// <param name="id">The column with the id.</param>
    /// <param name="prefix">Of the ids.</param>
    /// <param name="from">Null: since ever.</param>
    /// <param name="to">Null: until now.</param>
    public Conditions AndCreated(string createdAt, string id, string prefix, DateTimeOffset? from, DateTimeOffset? to) =>
        And($"{createdAt} >= @createdFrom AND {id} >= clocks.first_id_since('{prefix}', @createdFrom - interval '1 minute', @merchantId, @mode)",
            from)
        .And($"{createdAt} < @createdTo AND {id} < clocks.first_id('{prefix}', @createdTo + interval '1 minute')", to);

    [GeneratedRegex("@([a-zA-Z]+)")]
    private static partial Regex ParameterName();
}
