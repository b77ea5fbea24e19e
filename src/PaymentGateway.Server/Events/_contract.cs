namespace PaymentGateway.Events;
public static class NodeJson { public static byte[] Write(System.Text.Json.Nodes.JsonNode? v) => throw new NotImplementedException(); }
