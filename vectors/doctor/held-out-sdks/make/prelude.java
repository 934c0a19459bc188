import com.google.api.client.auth.oauth.*;
import com.google.api.client.auth.oauth2.*;
import com.google.api.client.http.*;
import com.google.api.client.http.javanet.*;
import com.google.api.client.json.gson.*;
import java.net.*;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.*;
import oauth.signpost.*;
import oauth.signpost.basic.*;

public class Main {
/*PROGRAM*/
}
