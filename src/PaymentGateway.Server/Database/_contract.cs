// stand-in until Database lands
using Npgsql;
namespace PaymentGateway.Database;
public enum Mode { Test, Live }
public sealed record Tenant(string MerchantId, Mode Mode);
public sealed class Db { public NpgsqlDataSource System => throw new NotImplementedException(); public ValueTask<NpgsqlConnection> OpenSystem(CancellationToken c) => throw new NotImplementedException(); public ValueTask<NpgsqlConnection> OpenForMerchant(Tenant t, CancellationToken c) => throw new NotImplementedException(); }
public static class Id { public static string New(string prefix, TimeProvider clock) => throw new NotImplementedException(); public static bool IsValid(string prefix, string? text) => throw new NotImplementedException(); }
public static class ModeSql { public static string ToSql(this Mode m) => m == Mode.Test ? "test" : "live"; }
