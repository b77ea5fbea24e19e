using System.Data;
using Dapper;

namespace PaymentGateway.Database;

/// <summary>Columns in snake_case, and <c>timestamptz</c> as DateTimeOffset in UTC. Dapper keeps both for the whole process.</summary>
internal static class DapperSettings
{
    private static readonly Lock Once = new();
    private static bool applied;

    internal static void Apply()
    {
        lock (Once)
        {
            if (applied) return;
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
            SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
            SqlMapper.AddTypeHandler(new UtcHandler());
            applied = true;
        }
    }

    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();

        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTime { Kind: DateTimeKind.Utc } time => new DateTimeOffset(time),
            DateTimeOffset time => time.ToUniversalTime(),
            _ => throw new InvalidCastException($"A time of type {value.GetType().Name} has no zone: the column must be timestamptz."),
        };
    }
}
